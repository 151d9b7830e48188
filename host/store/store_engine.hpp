// outrigger.store/1 of one instance: see sdk abi/store.h for what it answers.
#pragma once

#include <optional>

#include "host/services/engine.hpp"
#include "host/store/planned_store.hpp"
#include "host/store/store.hpp"

namespace outrigger::host {

class StoreEngine final : public Engine {
 public:
  enum class Keeps {
    kForGood,
    kNothing
  };  // kNothing: what is committed is there for this instance alone, until it ends
  // The store must outlive it.
  StoreEngine(Store& store, std::string plugin, Keeps keeps = Keeps::kForGood)
      : store_(store), plugin_(std::move(plugin)) {
    if (keeps == Keeps::kNothing) planned_.emplace(store_, plugin_);
  }
  [[nodiscard]] std::string_view extension() const override { return "outrigger.store/1"; }
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override;

 private:
  Result<Document> get(Value args);
  Result<Document> scan(Value args);
  Result<Document> commit(Value args);
  Result<Document> info();

  Store& store_;
  std::string plugin_;
  std::optional<PlannedStore> planned_;
};

}  // namespace outrigger::host
