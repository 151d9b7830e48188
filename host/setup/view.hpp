// A view that is to be there, as an extension of another one. Inside this room.
#pragma once

#include <string>

#include "host/setup/setup_access.hpp"

namespace outrigger::host {

struct ViewWish {
  std::string plugin;
  std::string name;
  std::string inherits;  // "crm.crm_lead_view_form"
  std::string arch;
  std::string canonical;  // of arch

  // kInvalid, kAccess: one sentence.
  static Result<ViewWish> parse(Value args, const std::string& plugin);
  [[nodiscard]] std::string digest() const;
};

struct EnsuredView {
  bool created = false;
  int64_t id = 0;
  bool fresh = false;  // Odoo said so, just now
};
Result<EnsuredView> ensure(const ViewWish& wish, SetupAccess& access, const odoo::CallOptions& options);

}  // namespace outrigger::host
