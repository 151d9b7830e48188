// outrigger-runner: one plugin in a process of its own. Started by outrigger, never by a person.
//
// The connection to the host is descriptor 3. The options, each NAME=VALUE: folder, uid, gid, memory, cgroup,
// seccomp, landlock. Exit status: 0 when the host is gone, 70 when it could not be confined (the reason is on standard
// error).
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <string_view>

#include "host/runner/harden.hpp"
#include "host/runner/session.hpp"

namespace {

constexpr int kConnection = 3;
constexpr int kNotConfined = 70;
constexpr int kUsage = 64;

template <typename Number>
bool read(std::string_view text, Number& out) {
  return std::from_chars(text.data(), text.data() + text.size(), out).ptr == text.data() + text.size();
}

bool take(outrigger::host::Confinement& confinement, std::string_view option) {
  const size_t at = option.find('=');
  if (at == std::string_view::npos) return false;
  const std::string_view name = option.substr(0, at);
  const std::string_view value = option.substr(at + 1);
  if (name == "folder") confinement.plugin_folder = value;
  if (name == "parent") return read(value, confinement.parent);
  if (name == "uid") return read(value, confinement.uid);
  if (name == "gid") return read(value, confinement.gid);
  if (name == "memory") return read(value, confinement.memory_bytes);
  if (name == "cgroup") confinement.in_cgroup = value == "on";
  if (name == "seccomp") confinement.seccomp = value != "off";
  if (name == "landlock") confinement.landlock = value != "off";
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace outrigger;
  host::Confinement confinement;
  bool understood = argc > 1;
  for (int i = 1; i < argc; ++i) understood = take(confinement, argv[i]) && understood;
  if (!understood) {
    std::fputs("outrigger-runner is started by outrigger and not by hand\n", stderr);
    return kUsage;
  }
  constexpr int kKept[] = {0, 1, 2, kConnection};
  host::close_descriptors_except(kKept);
  const Result<host::Confined> confined = host::confine(confinement);
  if (!confined) {
    std::fprintf(stderr, "%s\n", confined.error().message.c_str());
    return kNotConfined;
  }
  return host::runner::Session(kConnection).run();
}
