// Typed calls on records: what plugins and the host ask of a Session.
//
//     Records records(session);
//     Result<Document> rows = records.search_read({.model = "crm.lead", .fields = {"name"}}, options);
//
// Fields are checked against the model first, because one unknown name in a list is a 500 in Odoo; an empty field is
// null, whatever the transport; many2one is an id (`load=None`: a third of the server's time) unless names are asked
// for. Threads: any. Lifetime: not longer than the session.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "integration/odoo/session.hpp"

namespace outrigger::odoo {

inline constexpr int64_t kPage = 2000;  // rows a call: beyond it only memory grows

// What became of each row of write_rows.
struct RowsWritten {
  std::vector<int64_t> done;
  std::vector<int64_t> unknown;  // the reply was lost: read before writing again
  struct Failed {
    int64_t id;
    Error error;
  };
  std::vector<Failed> failed;  // not done
};

class Records {
 public:
  explicit Records(Session& session) : session_(session) {}

  // At most kPage rows.
  Result<Document> search_read(const Query& query, const CallOptions& options = {}, Value context = {});
  Result<int64_t> search_count(const Query& query, const CallOptions& options = {}, Value context = {});
  // See or_odoo_v1.read_group: rows with the names of groupby and of aggregates; of a relation its id.
  Result<Document> read_group(const Query& query, const std::vector<std::string_view>& groupby,
                              const std::vector<std::string_view>& aggregates, const CallOptions& options = {},
                              Value context = {});
  Result<bool> has_group(std::string_view group, const CallOptions& options = {});
  Result<Document> parameter(std::string_view key, const CallOptions& options = {});
  Result<Document> read(std::string_view model, const std::vector<int64_t>& ids,
                        const std::vector<std::string_view>& fields, const CallOptions& options = {},
                        Value context = {});
  // Always a list of ids, also for one.
  Result<Document> create(std::string_view model, Value values, const CallOptions& options = {}, Value context = {});
  Result<void> write(std::string_view model, const std::vector<int64_t>& ids, Value values,
                     const CallOptions& options = {}, Value context = {});
  // An error only when it holds for every row; otherwise the report names what became of each.
  Result<RowsWritten> write_rows(std::string_view model, Value rows, const CallOptions& options = {},
                                 Value context = {});
  Result<void> unlink(std::string_view model, const std::vector<int64_t>& ids, const CallOptions& options = {});
  Result<int64_t> message_post(std::string_view model, int64_t id, std::string_view body, bool is_html,
                               const CallOptions& options = {});

  // kMissing with the names that the model does not have, and the nearest that it has.
  Result<void> check_fields(std::string_view model, const std::vector<std::string_view>& names,
                            const CallOptions& options);

 private:
  Result<CallOptions> with_nulls(std::string_view model, const CallOptions& options);
  // Nothing, or the error with which sending further rows is useless.
  std::optional<Error> write_chunk(std::string_view model, const std::vector<Value>& rows, const CallOptions& options,
                                   Value context, RowsWritten& report);

  Session& session_;
};

}  // namespace outrigger::odoo
