// Cron lines: any text is understood or refused at a place within it; what is understood comes, and comes later.
#include "host/schedule/cron.hpp"
#include "tests/fuzz/fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace outrigger;
  const std::string_view line = fuzz::text_of(data, size);
  const auto cron = host::Cron::parse(line);
  if (!cron) {
    fuzz::require_error(cron.error());
    return 0;
  }
  const auto after = static_cast<int64_t>(fuzz::hash_of(line) % 4'000'000'000U) * 1'000'000;
  const char* const zones[] = {"", "Europe/Berlin", "Asia/Ho_Chi_Minh", "Australia/Lord_Howe"};
  const char* zone = zones[fuzz::hash_of(line) >> 60U & 3U];
  const auto next = cron->next(after, zone);
  fuzz::require(static_cast<bool>(next), "a line that was understood never comes", line);
  fuzz::require(*next > after, "the next time is not later", line);
  fuzz::require(*next % 60'000'000 == 0, "a time is not on a minute", line);
  return 0;
}
