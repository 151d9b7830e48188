// One instance of a plugin under test, made by FakeHost::start or FakeHost::load.
//
//     auto plugin = host.start<Bell>({{"minimum", 3}});
//     auto counted = plugin.command("count");
//     EXPECT_EQ((*counted)->operator[]("won").integer(), 3);
//     EXPECT_EQ(plugin.said(), "3 won leads\n");
//     plugin.stop();                                      // also done by the destructor
//
// Every call is looked through: an answer that cannot cross and an exception that escapes are problems of the host.
// Threads: one, which stands for the instance's own. It does not outlive its FakeHost.
#pragma once

#include <functional>
#include <optional>
#include <outrigger/plugin.hpp>
#include <string>
#include <vector>

#include "change.hpp"
#include "services.hpp"

namespace outrigger::testkit {

struct CommandOptions {
  bool plan = false;
  bool json = false;
  std::string locale = "en";
};

struct PageOptions {
  std::string method = "GET";
  std::string path;
  std::string locale = "en";
  std::string reader;
  Object query;
  std::optional<Object> form;  // makes it a POST
};

class FakePlugin {
 public:
  FakePlugin(Services& services, HostTables& host, const or_plugin_v1& table)
      : services_(&services), host_(&host), table_(&table) {}
  FakePlugin(FakePlugin&& other) noexcept
      : services_(other.services_),
        host_(other.host_),
        table_(other.table_),
        self_(std::exchange(other.self_, nullptr)),
        stopped_(other.stopped_),
        error_(std::move(other.error_)),
        said_(std::move(other.said_)) {}
  FakePlugin& operator=(FakePlugin&&) = delete;
  ~FakePlugin() { end(); }

  // Why create or activate failed; every call then returns the same.
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  // Which extension it has.
  [[nodiscard]] bool has(std::string_view extension) const { return find<void>(extension) != nullptr; }

  Result<Document> command(const std::string& name, const Object& args = {}, const CommandOptions& options = {});
  // What the last command wrote for a person.
  [[nodiscard]] const std::string& said() const { return said_; }
  // One batch; what became of each change. An outcome that was committed with the store stands.
  Result<std::vector<Said>> changes(const std::string& model, std::vector<Changed> batch,
                                    const std::string& subscription = "test");
  // The report: null when done, else {again, after_ms, note}.
  Result<Document> job(const std::string& name, int64_t attempt = 1);
  // {status, title, blocks}, {redirect} or {type, body}; see abi/pages.h.
  Result<Document> page(const std::string& name, const PageOptions& options = {});
  Result<Said> webhook(const std::string& endpoint, const std::string& body,
                       const std::vector<std::pair<std::string, std::string>>& headers = {});
  // An array of {level, text, remedy}, or null.
  Result<Document> health(const std::string& locale = "en");
  // prepare, and commit when it agreed.
  Result<void> reconfigure(const Object& config);

  // For FakeHost.
  void create(const Object& config, uint32_t roles, const std::string& instance);
  void activate();
  void stop();

 private:
  template <typename Table>
  const Table* find(std::string_view id) const {
    return self_ == nullptr ? nullptr : static_cast<const Table*>(table_->get_extension(self_, to_abi(id)));
  }
  // Calls a function of the plugin that hands over a document.
  Result<Document> call(const std::string& what, const std::function<or_status(or_doc*, or_error*)>& body) {
    if (error_) return *error_;
    if (self_ == nullptr || stopped_) return Error{Code::kCancelled, "the instance is stopped", Source::kHost};
    or_doc doc{};
    or_error error = empty_error();
    or_status status = OR_E_INTERNAL;
    if (!guarded(what, [&] { status = body(&doc, &error); }))
      return Error{Code::kInternal, what + " let an exception escape", Source::kPlugin};
    Document reply = Document::adopt(doc);
    if (status != OR_OK) return to_error(status, error);
    if (const std::string fault = fault_of(reply.root()); !fault.empty())
      host_->port().problem("the answer to " + what + " holds " + fault + ".");
    // A copy: the tree may be of a library that goes before it.
    return keep(reply.root());
  }
  template <typename Body>
  bool guarded(const std::string& what, Body&& body) const {
    try {
      body();
      return true;
    } catch (...) {
      host_->port().problem("an exception escaped from " + what + ": nothing but C may cross.");
      return false;
    }
  }
  static Error lacks(std::string_view id) {
    return {Code::kUnsupported, "the plugin does not have the extension " + std::string(id), Source::kPlugin};
  }
  void end();

  Services* services_;
  HostTables* host_;
  const or_plugin_v1* table_;
  void* self_ = nullptr;
  bool stopped_ = false;
  std::optional<Error> error_;
  std::string said_;
};

inline void FakePlugin::create(const Object& config, uint32_t roles, const std::string& instance) {
  or_create_info info{};
  info.struct_size = sizeof info;
  info.roles = roles;
  info.database = to_abi(std::string_view("test"));
  info.instance = to_abi(instance);
  const or_value raw = config.value().raw();
  info.config = &raw;
  or_error error = empty_error();
  or_status status = OR_E_INTERNAL;
  (void)guarded("create", [&] { status = table_->create(host_->host(), &info, &self_, &error); });
  if (status == OR_OK && self_ == nullptr) host_->port().problem("create reported success and made nothing.");
  if (status != OR_OK && self_ != nullptr) host_->port().problem("create failed, yet left an instance in *self.");
  if (status != OR_OK || self_ == nullptr) {
    error_ = to_error(status, error);
    self_ = nullptr;
    return;
  }
  host_->port().enter(Phase::kCreated);
}

inline void FakePlugin::activate() {
  if (self_ == nullptr) return;
  host_->port().enter(Phase::kActive);
  or_error error = empty_error();
  or_status status = OR_E_INTERNAL;
  (void)guarded("activate", [&] { status = table_->activate(self_, &error); });
  if (status != OR_OK) error_ = to_error(status, error);
}

inline void FakePlugin::stop() {
  if (self_ == nullptr || stopped_) return;
  stopped_ = true;
  (void)guarded("stop", [&] { table_->stop(self_); });
  host_->port().enter(Phase::kStopped);
}

inline void FakePlugin::end() {
  if (self_ == nullptr) return;
  stop();
  (void)guarded("destroy", [&] { table_->destroy(self_); });
  self_ = nullptr;
  host_->port().enter(Phase::kGone);
  host_->port().check_released();
}

}  // namespace outrigger::testkit

#include "fake_plugin_calls.hpp"
