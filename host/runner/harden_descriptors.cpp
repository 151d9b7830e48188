#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <climits>
#include <filesystem>
#include <string>

#include "host/runner/harden_steps.hpp"

namespace outrigger::host {
namespace {

bool close_gap(unsigned first, unsigned last) { return first > last || syscall(SYS_close_range, first, last, 0U) == 0; }

bool close_ranges(const std::vector<int>& keep) {
  unsigned first = 0;
  for (const int kept : keep) {
    const auto number = static_cast<unsigned>(kept);
    if (number > first && !close_gap(first, number - 1)) return false;
    first = number + 1;
  }
  return close_gap(first, UINT_MAX);
}

void fill_standard_descriptors() {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return;
  for (int standard = 0; standard <= 2; ++standard)
    if (fcntl(standard, F_GETFD) < 0) dup2(null, standard);
  if (null > 2)
    close(null);
  else
    fcntl(null, F_SETFD, 0);
}

}  // namespace

namespace steps {

void close_listed_descriptors(const std::vector<int>& keep) {
  std::vector<int> all;
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd", unreadable)) {
    const std::string name = entry.path().filename();
    int number = -1;
    std::from_chars(name.data(), name.data() + name.size(), number);
    all.push_back(number);
  }
  if (unreadable)
    for (int number = 0; number < static_cast<int>(sysconf(_SC_OPEN_MAX)); ++number) all.push_back(number);
  for (const int number : all)
    if (!std::binary_search(keep.begin(), keep.end(), number)) close(number);
}

}  // namespace steps

void close_descriptors_except(std::span<const int> keep) {
  std::vector<int> sorted;
  std::copy_if(keep.begin(), keep.end(), std::back_inserter(sorted), [](int number) { return number >= 0; });
  std::sort(sorted.begin(), sorted.end());
  if (!close_ranges(sorted)) steps::close_listed_descriptors(sorted);
  fill_standard_descriptors();
}

}  // namespace outrigger::host
