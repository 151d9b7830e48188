// What was set up for a plugin and cannot be seen with the run key: views. Kept so that a plugin that makes sure of its
// view at each start does not need the setup key for ever.
//
//     SetupRecord record(config.data_folder / "setup.json");
//     if (auto id = record.find("main", "view crm panel", digest)) ...
//
// The file is a memory, not the truth: with a setup key Odoo is asked. One that cannot be read is taken as empty.
// Threads: any, and several processes.
#pragma once

#include <json/forwards.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "outrigger/result.hpp"

namespace outrigger::host {

class SetupRecord {
 public:
  explicit SetupRecord(std::filesystem::path file) : file_(std::move(file)) {}

  // The id in Odoo of what was set up in just this form.
  std::optional<int64_t> find(const std::string& database, const std::string& what, const std::string& digest);
  Result<void> keep(const std::string& database, const std::string& what, const std::string& digest, int64_t id);
  // After the record of this id was removed in Odoo.
  Result<void> forget(const std::string& database, int64_t id);

 private:
  // Reads, changes and replaces the file, alone.
  Result<void> change(const std::function<void(Json::Value& root)>& change);

  std::filesystem::path file_;
  std::mutex mutex_;
};

}  // namespace outrigger::host
