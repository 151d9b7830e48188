#include "integration/value/builder.hpp"

#include <cstring>

namespace outrigger::value {
namespace {

size_t hash_of(std::string_view text) {
  size_t hash = 1469598103934665603ULL;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  return hash;
}

}  // namespace

Builder::Builder(Limits limits) : limits_(std::move(limits)), arena_(std::make_shared<Arena>()), slots_(64, 0) {}

bool Builder::null() { return push(Value{}); }
bool Builder::integer(int64_t value) { return push(Value::of(value)); }
bool Builder::number(double value) { return push(Value::of(value)); }

bool Builder::boolean(bool value) {
  const bool in_row = limits_.row_depth != 0 && frames_.size() == limits_.row_depth && frames_.back().object;
  if (!value && in_row && !keys_.empty() && names_[keys_.back()].false_is_null) return push(Value{});
  return push(Value::of(value));
}

bool Builder::text(std::string_view value) {
  if (value.size() > UINT32_MAX) return fail(Code::kLimit, "a text in the reply is longer than 4 GiB");
  return push(arena_->text(value));
}

bool Builder::bytes(std::string_view value) {
  if (value.size() > UINT32_MAX) return fail(Code::kLimit, "a binary in the reply is longer than 4 GiB");
  return push(arena_->bytes(value));
}

bool Builder::open_array() { return open(false); }
bool Builder::open_object() { return open(true); }

bool Builder::open(bool object) {
  if (failed_) return false;
  if (frames_.size() >= limits_.depth)
    return fail(Code::kLimit, "the data is nested deeper than " + std::to_string(limits_.depth) + " levels");
  if (frames_.empty() ? !values_.empty() : frames_.back().object && !expects_value_)
    return fail(Code::kProtocol, "a value stands where none is expected");
  expects_value_ = false;
  frames_.push_back({object, values_.size(), keys_.size()});
  return true;
}

bool Builder::push(Value value) {
  if (failed_) return false;
  if (frames_.empty() ? !values_.empty() : frames_.back().object && !expects_value_)
    return fail(Code::kProtocol, "a value stands where none is expected");
  expects_value_ = false;
  values_.push_back(value.raw());
  return check_size(values_.size() * sizeof(or_value));
}

bool Builder::check_size(size_t collecting) {
  if (arena_->reserved() + collecting <= limits_.bytes) return true;
  return fail(Code::kLimit, "the reply is larger than " + std::to_string(limits_.bytes >> 20U) +
                                " MiB; ask for fewer rows or fields at a time");
}

bool Builder::key(std::string_view name) {
  if (failed_) return false;
  if (frames_.empty() || !frames_.back().object || expects_value_)
    return fail(Code::kProtocol, "a name stands where none is expected");
  const Name& known = intern(name);
  keys_.push_back(static_cast<uint32_t>(&known - names_.data()));
  expects_value_ = true;
  return true;
}

bool Builder::close_array() {
  if (failed_) return false;
  if (frames_.empty() || frames_.back().object) return fail(Code::kProtocol, "an array ends that did not begin");
  const size_t first = frames_.back().first_value;
  const size_t count = values_.size() - first;
  if (count > UINT32_MAX) return fail(Code::kLimit, "an array in the reply has more than 2^32 items");
  auto* items = static_cast<or_value*>(arena_->allocate(count * sizeof(or_value)));
  if (count != 0) std::memcpy(items, values_.data() + first, count * sizeof(or_value));
  values_.resize(first);
  frames_.pop_back();
  or_value array{OR_ARRAY, static_cast<uint32_t>(count), {}};
  array.as.items = items;
  expects_value_ = true;
  return push(array);
}

bool Builder::close_object() {
  if (failed_) return false;
  if (frames_.empty() || !frames_.back().object || expects_value_)
    return fail(Code::kProtocol, "an object ends that did not begin, or lacks a value");
  const Frame frame = frames_.back();
  const size_t count = values_.size() - frame.first_value;
  auto* fields = static_cast<or_field*>(arena_->allocate(count * sizeof(or_field)));
  size_t kept = 0;
  ++objects_;
  for (size_t i = 0; i < count; ++i) {
    Name& name = names_[keys_[frame.first_key + i]];
    // Of two fields with one name the last wins, as in Python.
    if (name.object != objects_) {
      name.object = objects_;
      name.position = kept++;
    }
    fields[name.position] = or_field{name.text, values_[frame.first_value + i]};
  }
  values_.resize(frame.first_value);
  keys_.resize(frame.first_key);
  frames_.pop_back();
  or_value object{OR_OBJECT, static_cast<uint32_t>(kept), {}};
  object.as.fields = fields;
  expects_value_ = true;
  return push(object);
}

const Builder::Name& Builder::intern(std::string_view name) {
  // Rows of one model name the same fields in the same order: the next name is mostly the one that followed before.
  if (predicted_ < names_.size() && from_abi(names_[predicted_].text) == name) return names_[predicted_++];
  const size_t mask = slots_.size() - 1;
  for (size_t slot = hash_of(name) & mask;; slot = (slot + 1) & mask) {
    if (slots_[slot] == 0) break;
    const size_t position = slots_[slot] - 1;
    if (from_abi(names_[position].text) == name) {
      predicted_ = position + 1;
      return names_[position];
    }
  }
  const std::string_view kept = arena_->keep(name);
  names_.push_back({or_str{kept.data(), kept.size()}, limits_.false_is_null && limits_.false_is_null(name), 0, 0});
  if (names_.size() * 2 > slots_.size()) {
    slots_.assign(slots_.size() * 2, 0);
    for (size_t i = 0; i < names_.size(); ++i) index(i);
  } else {
    index(names_.size() - 1);
  }
  predicted_ = names_.size();
  return names_.back();
}

void Builder::index(size_t position) {
  const size_t mask = slots_.size() - 1;
  size_t slot = hash_of(from_abi(names_[position].text)) & mask;
  while (slots_[slot] != 0) slot = (slot + 1) & mask;
  slots_[slot] = static_cast<uint32_t>(position) + 1;
}

bool Builder::fail(Code code, std::string message) {
  if (!failed_) error_ = Error{code, std::move(message), Source::kOdoo, Effect::kUnknown};
  failed_ = true;
  return false;
}

Result<Document> Builder::finish() {
  if (failed_) return error_;
  if (!complete()) return Error{Code::kProtocol, "the data ends too early", Source::kOdoo, Effect::kUnknown};
  Document document(arena_, values_.front());
  *this = Builder(std::move(limits_));
  return document;
}

}  // namespace outrigger::value
