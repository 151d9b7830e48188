// outrigger.shared/1 of one instance: facts are kept by the journal (host/journal/facts.cpp), so that publishing one
// and having its watchers told are one transaction.
#pragma once

#include "host/journal/journal.hpp"
#include "host/services/engine.hpp"

namespace outrigger::host {

class SharedEngine final : public Engine {
 public:
  // The journal must outlive it. Whether the plugin may publish or read a fact was checked with its grant.
  SharedEngine(Journal& journal, std::string plugin) : journal_(journal), plugin_(std::move(plugin)) {}
  [[nodiscard]] std::string_view extension() const override { return "outrigger.shared/1"; }
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  Journal& journal_;
  std::string plugin_;
};

}  // namespace outrigger::host
