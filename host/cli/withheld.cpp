#include "host/cli/withheld.hpp"

#include <algorithm>
#include <string_view>

#include "host/http/request.hpp"

namespace outrigger::host {
namespace {

enum class Does { kSwallow, kPass, kRefuse };

struct Rule {
  std::string_view extension;
  std::string_view slot;
  Does does;
  std::string_view sentence;
};

constexpr std::string_view kStore = "what the job keeps in its store is not kept, also not by `outrigger writes apply`";
constexpr std::string_view kShared = "facts that the job publishes are not published";
constexpr std::string_view kSchedule = "the job changes its plugin's schedule; that is not done";
constexpr std::string_view kSecrets = "the job changes its plugin's secrets; that is not done";
constexpr std::string_view kWeb = "requests to the web that may change something are not sent: the job was told so";

constexpr Rule kRules[] = {
    {"outrigger.store/1", "commit", Does::kPass, kStore},
    {"outrigger.shared/1", "publish", Does::kSwallow, kShared},
    {"outrigger.schedule/1", "set", Does::kSwallow, kSchedule},
    {"outrigger.schedule/1", "cancel", Does::kSwallow, kSchedule},
    {"outrigger.schedule/1", "run_now", Does::kSwallow, kSchedule},
    {"outrigger.secrets/1", "put", Does::kSwallow, kSecrets},
    {"outrigger.secrets/1", "rotate", Does::kSwallow, kSecrets},
    {"outrigger.secrets/1", "erase", Does::kSwallow, kSecrets},
    {"outrigger.http/1", "request", Does::kRefuse, kWeb},
};

bool only_asks(Value args) {
  std::string method(args["method"].text());
  std::transform(method.begin(), method.end(), method.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return method.empty() || is_safe(method);
}

}  // namespace

class Withheld::Around final : public Engine {
 public:
  Around(std::unique_ptr<Engine> inner, Withheld& owner) : inner_(std::move(inner)), owner_(owner) {}
  [[nodiscard]] std::string_view extension() const override { return inner_->extension(); }
  Result<Document> call(std::string_view slot, Value args, const std::stop_token& stop) override {
    const auto* rule = std::find_if(std::begin(kRules), std::end(kRules),
                                    [&](const Rule& one) { return one.extension == extension() && one.slot == slot; });
    if (rule == std::end(kRules) || (rule->does == Does::kRefuse && only_asks(args)))
      return inner_->call(slot, args, stop);
    owner_.note(rule->sentence);
    if (rule->does == Does::kPass) return inner_->call(slot, args, stop);
    if (rule->does == Does::kSwallow) return Document();
    return Error{Code::kUnsupported, "the job is only planned: a request that may change something is not sent",
                 Source::kHost, Effect::kNone, -1};
  }
  void notify(std::string_view slot, Value args) override { inner_->notify(slot, args); }

 private:
  std::unique_ptr<Engine> inner_;
  Withheld& owner_;
};

std::unique_ptr<Engine> Withheld::around(std::unique_ptr<Engine> engine) {
  return std::make_unique<Around>(std::move(engine), *this);
}

std::set<std::string> Withheld::sentences() const {
  const std::lock_guard lock(mutex_);
  return sentences_;
}

void Withheld::note(std::string_view sentence) {
  const std::lock_guard lock(mutex_);
  sentences_.emplace(sentence);
}

}  // namespace outrigger::host
