#include "host/services/log.hpp"

#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <mutex>

#include "integration/value/json.hpp"

namespace outrigger::host {

struct Log::State {
  std::shared_ptr<spdlog::logger> logger;  // null: the reader gets the lines
  Log::Reader reader;
  std::mutex reader_mutex;
  bool json = false;
  std::mutex mutex;
  std::vector<std::string> secrets;

  std::string masked(std::string_view text) {
    const std::lock_guard lock(mutex);
    std::string out(text);
    constexpr std::string_view kMask = "***";
    for (const std::string& secret : secrets)
      for (size_t at = 0; (at = out.find(secret, at)) != std::string::npos; at += kMask.size())
        out.replace(at, secret.size(), kMask);
    return out;
  }
};

namespace {

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarn: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
  }
  return spdlog::level::info;
}

}  // namespace

Log::Log(std::string_view level, bool json) : state_(std::make_unique<State>()) {
  state_->json = json;
  state_->logger =
      std::make_shared<spdlog::logger>("outrigger", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
  state_->logger->set_level(spdlog::level::from_str(std::string(level)));
  state_->logger->set_pattern(json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})"
                                   : "%H:%M:%S.%e %^%-5l%$ %v");
  state_->logger->flush_on(spdlog::level::debug);
}

Log::Log(Reader reader) : state_(std::make_unique<State>()) { state_->reader = std::move(reader); }

Log::~Log() = default;

void Log::hide(std::string secret) {
  const std::lock_guard lock(state_->mutex);
  const bool known = std::find(state_->secrets.begin(), state_->secrets.end(), secret) != state_->secrets.end();
  if (!secret.empty() && !known) state_->secrets.push_back(std::move(secret));
}

void Log::set_level(std::string_view level) {
  if (state_->logger != nullptr) state_->logger->set_level(spdlog::level::from_str(std::string(level)));
}

bool Log::enabled(LogLevel level) const {
  return state_->logger == nullptr || state_->logger->should_log(to_spdlog(level));
}

void Log::write(LogLevel level, std::string_view from, std::string_view text) {
  if (!enabled(level)) return;
  std::string line = state_->masked(text);
  for (char& c : line)
    if (static_cast<unsigned char>(c) < 0x20) c = ' ';  // one line, and no escape sequences for a terminal
  if (state_->logger == nullptr) {
    const std::lock_guard lock(state_->reader_mutex);
    state_->reader(level, from, line);
    return;
  }
  if (state_->json)
    line = R"("from":)" + value::to_json(Value::of(from)) + R"(,"text":)" +
           value::to_json(Value::of(std::string_view(line)));
  else
    line = std::string(from) + ": " + line;
  state_->logger->log(to_spdlog(level), spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace outrigger::host
