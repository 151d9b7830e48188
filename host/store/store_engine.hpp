// outrigger.store/1 of one instance: see sdk abi/store.h for what it answers.
#pragma once

#include "host/services/engine.hpp"
#include "host/store/store.hpp"

namespace outrigger::host {

class StoreEngine final : public Engine {
 public:
  // The store must outlive it.
  StoreEngine(Store& store, std::string plugin) : store_(store), plugin_(std::move(plugin)) {}
  [[nodiscard]] std::string_view extension() const override { return "outrigger.store/1"; }
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  Result<Document> get(Value args);
  Result<Document> scan(Value args);
  Result<Document> commit(Value args);
  Result<Document> info();

  Store& store_;
  std::string plugin_;
};

}  // namespace outrigger::host
