// `outrigger plugin new`: copies the template and puts the plugin's name where it says NAME.
#include <algorithm>
#include <fstream>
#include <sstream>

#include "host/cli/commands.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPlaceholder = "NAME";

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

// share/outrigger/template beside bin/, in an installation and in a build folder.
fs::path template_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  return program.parent_path().parent_path() / "share" / "outrigger" / "template";
}

// CMake looks below /usr and /usr/local by itself.
std::string where_we_are() {
  const fs::path prefix = template_folder().parent_path().parent_path().parent_path();
  if (prefix == "/usr" || prefix == "/usr/local") return {};
  return " -DCMAKE_PREFIX_PATH=" + prefix.string();
}

Result<void> check_name(const std::string& name) {
  const auto small = [](char c) { return c >= 'a' && c <= 'z'; };
  const bool good = !name.empty() && name.size() <= 64 && small(name.front()) &&
                    std::all_of(name.begin(), name.end(),
                                [&](char c) { return small(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; });
  if (!good)
    return refuse(Code::kInvalid, "\"" + name + "\" cannot be a plugin's name: use small letters, digits, - and _, " +
                                      "at most 64, and begin with a letter");
  for (const char* taken :
       {"demo", "sandbox", "run", "reload", "doctor", "audit", "plugin", "secrets", "setup", "webhooks", "events",
        "writes", "jobs", "status", "database", "backup", "restore", "privacy"})
    if (name == taken)
      return refuse(Code::kInvalid, "`outrigger " + name + "` is a command of the program; choose another name");
  return {};
}

std::string filled_in(std::string text, const std::string& name) {
  for (size_t at = text.find(kPlaceholder); at != std::string::npos; at = text.find(kPlaceholder, at + name.size()))
    text.replace(at, kPlaceholder.size(), name);
  return text;
}

Result<void> copy_file(const fs::path& from, const fs::path& to, const std::string& name) {
  std::ifstream in(from, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  std::ofstream out(to, std::ios::binary);
  out << filled_in(text.str(), name);
  out.close();
  if (!in || !out)
    return refuse(Code::kInternal, "cannot write " + to.string() + "; check the folder's rights and space");
  return {};
}

Result<std::vector<std::string>> make_project(const std::string& name, const fs::path& folder) {
  if (Result<void> good = check_name(name); !good) return good.error();
  const fs::path from = template_folder();
  std::error_code error;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(from, error)) files.push_back(entry.path());
  if (error || files.empty())
    return refuse(Code::kMissing, "the template is not at " + from.string() + "; install the SDK with cmake --install");
  std::sort(files.begin(), files.end());
  if (fs::exists(fs::symlink_status(folder, error)))
    return refuse(Code::kConflict, folder.string() + " is there already; name another place with --folder");
  fs::create_directories(folder, error);
  if (error) return refuse(Code::kInternal, "cannot make " + folder.string() + ": " + error.message());
  std::vector<std::string> names;
  for (const fs::path& file : files) {
    names.push_back(file.filename().string());
    Result<void> copied = copy_file(file, folder / file.filename(), name);
    if (copied) continue;
    fs::remove_all(folder, error);
    return copied.error();
  }
  return names;
}

}  // namespace

int run_plugin_new(const CommonOptions& common, const std::string& name, const std::string& folder) {
  const fs::path target = folder.empty() ? fs::path(name) : fs::path(folder);
  const Result<std::vector<std::string>> files = make_project(name, target);
  if (!files) {
    const int code = report_error(files.error(), common.json);
    return files.error().code == Code::kInvalid ? static_cast<int>(kExitUsage) : code;
  }
  if (common.json) {
    Arena arena;
    std::vector<Value> list;
    for (const std::string& file : *files) list.push_back(arena.text(file));
    print(value::to_pretty_json(arena.object(
              {{"id", arena.text(name)}, {"folder", arena.text(target.string())}, {"files", arena.array(list)}})) +
          "\n");
    return kExitOk;
  }
  print("The plugin " + name + " is begun in " + target.string() + "/:\n");
  for (const std::string& file : *files) print("  " + file + "\n");
  print("Next:\n  cmake -S " + target.string() + " -B " + (target / "build").string() + where_we_are() +
        "\n  cmake --build " + (target / "build").string() + "\n  ctest --test-dir " + (target / "build").string() +
        "\n");
  return kExitOk;
}

}  // namespace outrigger::host
