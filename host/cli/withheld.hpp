// What a job that is only planned would keep or send besides its writes to Odoo, and does not: a job, unlike a command,
// is not told that it is planned.
//
//     Withheld withheld;
//     services.wrap([&](std::unique_ptr<Engine> engine) { return withheld.around(std::move(engine)); });
//     for (const std::string& sentence : withheld.sentences()) plan.note(sentence);
//
// Facts are not published, schedules and secrets not changed: the plugin is told that they were. Requests to the web
// that may change something are refused, since nobody knows their answer. What is committed to the store the plugin
// reads again, and it is gone afterwards (StoreEngine::Keeps::kNothing).
//
// Threads: any. Lifetime: longer than the engines that it was put around.
#pragma once

#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "host/services/engine.hpp"

namespace outrigger::host {

class Withheld {
 public:
  [[nodiscard]] std::unique_ptr<Engine> around(std::unique_ptr<Engine> engine);
  // One for each kind, as often as it happened.
  [[nodiscard]] std::set<std::string> sentences() const;

 private:
  class Around;
  void note(std::string_view sentence);

  mutable std::mutex mutex_;
  std::set<std::string> sentences_;
};

}  // namespace outrigger::host
