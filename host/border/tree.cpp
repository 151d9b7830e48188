#include "host/border/tree.hpp"

#include "integration/value/cbor.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kMostNodes = 50000000;

class Check {
 public:
  bool run(Value value, int depth) {
    if (depth >= OR_MAX_DEPTH) return fail("it is nested deeper than 64 levels; hand it over flatter");
    if (++nodes_ > kMostNodes) return fail("it has more than 50 million nodes; hand it over in parts");
    switch (value.kind()) {
      case Kind::kString: return value.raw().count == 0 || text(value.raw().as.s, value.raw().count);
      case Kind::kBytes: return value.raw().count == 0 || value.raw().as.s != nullptr || fail(kNothing);
      case Kind::kArray:
        if (value.raw().count != 0 && value.raw().as.items == nullptr) return fail(kNothing);
        for (const Value item : value.items())
          if (!run(item, depth + 1)) return false;
        return true;
      case Kind::kObject:
        if (value.raw().count != 0 && value.raw().as.fields == nullptr) return fail(kNothing);
        for (uint32_t i = 0; i < value.raw().count; ++i) {
          const or_field& field = value.raw().as.fields[i];
          if (field.key.len != 0 && !text(field.key.data, field.key.len)) return false;
          if (!run(field.value, depth + 1)) return false;
        }
        return true;
      default: return true;
    }
  }
  [[nodiscard]] const char* why() const { return why_; }

 private:
  static constexpr const char* kNothing = "it points to nothing";

  bool fail(const char* why) {
    why_ = why;
    return false;
  }
  bool text(const char* data, uint64_t size) {
    if (data == nullptr) return fail(kNothing);
    return value::is_utf8({data, size}) || fail("a text is not UTF-8; hand raw data over as bytes");
  }

  size_t nodes_ = 0;
  const char* why_ = "";
};

}  // namespace

Error checked(Error error) {
  if (error.code < Code::kInvalid || error.code > Code::kInternal) error.code = Code::kInternal;
  if (error.source < Source::kPlugin || error.source > Source::kHost) error.source = Source::kPlugin;
  if (error.effect < Effect::kUnknown || error.effect > Effect::kDone) error.effect = Effect::kUnknown;
  if (error.retry_after_ms < -1) error.retry_after_ms = -1;
  if (!value::is_utf8(error.message)) error.message = "(a message that is not UTF-8)";
  if (error.message.empty())
    error.message = std::string("it failed and did not say why (") + to_string(error.code) + ")";
  return error;
}

Result<void> check_tree(Value tree) {
  Check check;
  if (check.run(tree, 0)) return {};
  return Error{Code::kInvalid, check.why(), Source::kPlugin, Effect::kNone, -1};
}

}  // namespace outrigger::host
