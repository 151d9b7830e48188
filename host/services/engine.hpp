// What answers one host extension for one instance: outrigger.store/1, outrigger.http/1 ...
//
//     services->add(std::make_unique<HttpEngine>(...));      // "http.request" then reaches HttpEngine::call("request")
//
// An engine is asked after the arguments were looked through and the grant let the call pass. Threads: any, several
// calls at once. Lifetime: as long as the instance.
#pragma once

#include <stop_token>
#include <string_view>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

class Engine {
 public:
  virtual ~Engine() = default;
  // "outrigger.http/1". Its operations begin with the word between the dots: "http.request".
  [[nodiscard]] virtual std::string_view extension() const = 0;
  // Blocks until it is answered, past its deadline, or stopped. `slot`: the operation without its prefix.
  virtual Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) = 0;
  // What is told and not asked. Cheap.
  virtual void notify(std::string_view slot, Value args) {
    static_cast<void>(slot);
    static_cast<void>(args);
  }
};

}  // namespace outrigger::host
