// What a plugin asks for: the `permissions` of its manifest, read and checked.
//
//     Result<Permissions> asked = Permissions::parse(manifest.document.root()["permissions"], manifest.id);
//     if (!asked) print(asked.error().message);   // names the key and the remedy
//     if (const ModelPermission* lead = asked->model("crm.lead")) lead->may_read("name");
//
//     "permissions": {
//       "odoo": {
//         "crm.lead": {"read": ["name", {"any": ["won_status", "x_won"], "optional": true}], "write": ["priority"],
//                      "create": ["name"], "unlink": true, "methods": ["action_set_lost"], "message_post": true,
//                      "why": {"en": "...", "vi": "..."}},
//         "crm.stage": {"read": "*"}                        // every field; credentials are never among them
//       },
//       "host": ["ensure_field", "ensure_view", "install_webhook", "untracked", "parameter:KEY", "group:XML_ID",
//                "endpoint:NAME"],                          // what others post to /hook/PLUGIN/NAME
//       "http": ["api.example.com", "*.example.org:8443", "http://printer.lan", "config:KEY",
//                {"host": "10.0.0.7", "private": true}],    // private: also when it lies in a private network
//       "secrets": ["crm_token", "user-*"],                 // a * at the end stands for any rest
//       "shared": {"publish": ["PLUGIN.fact"], "read": ["scoring.score"]},
//       "when": [...]                                       // conditional.hpp; parse() takes all its parts as asked
//     }
//
// `write` and `create` always name their fields. "message_post": true are internal notes; "anyone" also messages to
// people outside. What policy.hpp never grants is refused here. Threads: plain data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "outrigger/arena.hpp"
#include "outrigger/result.hpp"

namespace outrigger::host {

// One field under one or several names, because versions of Odoo differ. Each name counts as asked for.
struct FieldAsk {
  std::vector<std::string> names;
  bool optional = false;  // the plugin also works without it
};

enum class Posting { kNone, kNotes, kAnyone };

struct ModelPermission {
  std::string model;
  bool read_all = false;
  std::vector<FieldAsk> read;
  std::vector<FieldAsk> write;
  bool creates = false;  // create may be asked for without any field
  std::vector<FieldAsk> create;
  bool unlink = false;
  std::vector<std::string> methods;
  Posting posting = Posting::kNone;
  std::string why_en;
  std::string why_vi;

  // With the basic fields (policy.hpp) once anything may be read; never what policy.hpp bars.
  [[nodiscard]] bool may_read(std::string_view field) const;
  [[nodiscard]] bool may_write(std::string_view field) const;
  [[nodiscard]] bool may_create(std::string_view field) const;
  [[nodiscard]] bool may_call(std::string_view method) const;
  [[nodiscard]] bool reads() const { return read_all || !read.empty(); }
};

struct HttpAsk {
  std::string host;  // as written
  bool private_network = false;
};

struct Permissions {
  std::vector<ModelPermission> models;  // by name
  std::vector<std::string> host;
  std::vector<HttpAsk> http;
  std::vector<std::string> secrets;
  std::vector<std::string> publish;
  std::vector<std::string> read_facts;
  Document json;  // what it was read from

  // null asks for nothing. kInvalid: a sentence with the key and the remedy.
  static Result<Permissions> parse(Value json, std::string_view plugin);

  [[nodiscard]] const ModelPermission* model(std::string_view name) const;
  // "ensure_field", "parameter:crm.pls_fields"
  [[nodiscard]] bool may(std::string_view host_operation) const;
  [[nodiscard]] bool may_use_secret(std::string_view name) const;
};

}  // namespace outrigger::host
