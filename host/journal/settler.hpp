// What becomes of delivered changes, within one transaction.
#pragma once

#include "host/journal/journal.hpp"

namespace outrigger::host {

class Settler {
 public:
  Settler(Journal& journal, Database& in, const Batch& batch, const Troubles* troubles = nullptr);

  // `outcome` as in abi/changes.h.
  void settle(size_t index, Value outcome);
  // It failed alone.
  void failed(size_t index, const Error& error);
  // Nobody is to blame, yet the subscriber may have seen it.
  void note_handed(size_t index);
  void finish();

  [[nodiscard]] const Settled& settled() const { return settled_; }
  [[nodiscard]] std::vector<std::string> take_said() { return std::move(said_); }

 private:
  void done(size_t index);
  void again(size_t index, int64_t after_ms, std::string_view reason, bool alone);
  void later(size_t index, int64_t after_ms, std::string_view reason);
  void skip(size_t index, std::string_view reason);
  // The record has changed since: what was delivered is what the next delivery starts from.
  void begin_from(size_t index);
  void bound_skipped();
  Value change(size_t index) const { return batch_.changes.root().at(index); }

  Journal& journal_;
  Database& in_;
  const Batch& batch_;
  const Troubles* troubles_;
  const int64_t now_;
  Settled settled_;
  std::vector<std::string> said_;
};

}  // namespace outrigger::host
