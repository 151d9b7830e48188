// outrigger.schedule/1 of one instance: see sdk abi/schedule.h for what it answers.
#pragma once

#include "host/schedule/scheduler.hpp"
#include "host/services/engine.hpp"

namespace outrigger::host {

class ScheduleEngine final : public Engine {
 public:
  // The scheduler must outlive it.
  ScheduleEngine(Scheduler& scheduler, std::string plugin) : scheduler_(scheduler), plugin_(std::move(plugin)) {}
  [[nodiscard]] std::string_view extension() const override { return "outrigger.schedule/1"; }
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  Scheduler& scheduler_;
  std::string plugin_;
};

}  // namespace outrigger::host
