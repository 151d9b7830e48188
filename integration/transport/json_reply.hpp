// What the two JSON transports share: a reply that is read as JSON when it says that it is, and kept as an excerpt
// otherwise.
#pragma once

#include <memory>
#include <string>

#include "integration/transport/classify.hpp"
#include "integration/transport/codec.hpp"
#include "integration/value/json.hpp"

namespace outrigger::transport {

class JsonReply : public Reply {
 public:
  explicit JsonReply(value::Limits limits) : limits_(std::move(limits)) {}

  void begin(int, std::string_view content_type) override {
    if (content_type == "application/json") reader_ = std::make_unique<value::JsonReader>(limits_);
  }
  bool data(std::string_view piece) override {
    if (reader_ != nullptr) return reader_->feed(piece);
    excerpt_.add(piece);
    return true;
  }

 protected:
  // The JSON, or the error that stands for its absence.
  Result<Document> json(const Transfer& transfer) {
    if (transfer.code != Code::kOk) return from_transfer(transfer);
    if (reader_ == nullptr) return from_foreign_reply(transfer, hidden(excerpt_.text()));
    // A server in front of Odoo may speak JSON too.
    const bool gateway = transfer.status == 429 || (transfer.status >= 502 && transfer.status <= 504);
    if (gateway) return from_foreign_reply(transfer, {});
    Result<Document> document = reader_->finish();
    if (document) return document;
    Error error = document.error();
    if (transfer.status >= 400 && transfer.status < 500) error.effect = Effect::kNone;
    error.message = hidden(error.message);
    error.message = "the reply (HTTP " + std::to_string(transfer.status) + ") cannot be read: " + error.message;
    return error;
  }

 private:
  value::Limits limits_;
  std::unique_ptr<value::JsonReader> reader_;
  Excerpt excerpt_;
};

}  // namespace outrigger::transport
