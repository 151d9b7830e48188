// Puts what was staged in the place of what is there, all of it or nothing, whenever the power goes. Internal to this
// room.
//
//     Switch change(data);                 // data/restoring.part holds what is to be put
//     change.put("grants.json");
//     change.drop_unless_put("setup.json");
//     Result<fs::path> aside = change.commit();
//
// commit() writes the list of moves beside what is staged, makes all of it durable, and renames the folder: from then
// on finish_restore() makes the moves, each of which is skipped when it was made before. Threads: one.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "outrigger/result.hpp"

namespace outrigger::host {

class Switch {
 public:
  explicit Switch(std::filesystem::path data) : data_(std::move(data)) {}

  // A file or folder, relative to the data folder; of a journal, what SQLite keeps beside it goes aside, too.
  void put(const std::string& name) { put_.insert(name); }
  void drop_unless_put(const std::string& name) { drop_.insert(name); }
  // Where the former state is; empty: there was none.
  Result<std::filesystem::path> commit();

 private:
  std::filesystem::path data_;
  std::set<std::string> put_;
  std::set<std::string> drop_;
};

}  // namespace outrigger::host
