// Reading values: Value is a typed view of one or_value (see abi/value.h), sixteen bytes, passed by value.
//
//     for (Value row : rows.items()) {
//       std::string_view name = row["name"].text();          // "" when absent
//       int64_t stage = row["stage_id"].integer();           // 0 when absent
//       std::optional<double> p = row["probability"].number();
//     }
//
// A Value borrows the tree that it points into; it must not outlive the Document or Arena that holds it. Readers
// never throw: a value of another kind reads as absent. Threads: immutable, read from anywhere.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "abi/value.h"

namespace outrigger {
inline namespace v1 {

enum class Kind : uint32_t {
  kNull = OR_NULL,
  kBool = OR_BOOL,
  kInt = OR_INT,
  kDouble = OR_DOUBLE,
  kString = OR_STRING,
  kBytes = OR_BYTES,
  kArray = OR_ARRAY,
  kObject = OR_OBJECT,
};

inline or_str to_abi(std::string_view text) { return or_str{text.data(), text.size()}; }
inline std::string_view from_abi(or_str text) {
  return text.data == nullptr ? std::string_view{} : std::string_view(text.data, text.len);
}

class Value {
 public:
  class Items;
  class Fields;

  Value() = default;
  Value(const or_value& raw) : raw_(raw) {}  // NOLINT(google-explicit-constructor)

  // Scalars. `of(string_view)` borrows the text; Arena::text copies it.
  static Value of(bool value) { return make(OR_BOOL, 0, value ? 1 : 0); }
  static Value of(int64_t value) { return make(OR_INT, 0, value); }
  static Value of(int value) { return make(OR_INT, 0, value); }
  static Value of(double value) {
    or_value raw{OR_DOUBLE, 0, {}};
    raw.as.f = value;
    return raw;
  }
  static Value of(std::string_view borrowed) {
    or_value raw{OR_STRING, static_cast<uint32_t>(borrowed.size()), {}};
    raw.as.s = borrowed.data();
    return raw;
  }
  static Value of(const char* borrowed) { return of(std::string_view(borrowed)); }

  [[nodiscard]] Kind kind() const { return raw_.kind <= OR_OBJECT ? static_cast<Kind>(raw_.kind) : Kind::kNull; }
  [[nodiscard]] bool is_null() const { return kind() == Kind::kNull; }
  [[nodiscard]] bool is_string() const { return kind() == Kind::kString; }
  [[nodiscard]] bool is_array() const { return kind() == Kind::kArray; }
  [[nodiscard]] bool is_object() const { return kind() == Kind::kObject; }
  [[nodiscard]] const or_value& raw() const { return raw_; }

  // The value as a bool, an int64 (doubles with an integral value count) or a number (ints and doubles).
  [[nodiscard]] std::optional<bool> boolean() const;
  [[nodiscard]] std::optional<int64_t> as_integer() const;
  [[nodiscard]] std::optional<double> number() const;
  // As above with 0 for absent: Odoo's ids are never 0. For a many2one read with names, the id of [id, name].
  [[nodiscard]] int64_t integer() const;
  // Bytes of a string or of bytes; empty for every other kind.
  [[nodiscard]] std::string_view text() const;
  // False for null, false, 0, "", [] and {}: Python's meaning, as in Odoo's domains.
  [[nodiscard]] bool truthy() const;

  // Items of an array or fields of an object; 0 for every other kind, and for a count without memory behind it.
  [[nodiscard]] size_t size() const {
    if (is_array()) return raw_.as.items == nullptr ? 0 : raw_.count;
    return is_object() && raw_.as.fields != nullptr ? raw_.count : 0;
  }
  [[nodiscard]] Items items() const;    // empty unless an array
  [[nodiscard]] Fields fields() const;  // empty unless an object
  // REQUIRES: index < size() of an array.
  [[nodiscard]] Value at(size_t index) const { return raw_.as.items[index]; }
  // The field of this name; null when absent or not an object. Linear in the number of fields.
  Value operator[](std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;

  // Deep equality. An int equals a double of the same value; the order of fields does not count.
  friend bool operator==(Value a, Value b) { return equal(a, b); }

 private:
  static Value make(uint32_t kind, uint32_t count, int64_t i) {
    or_value raw{kind, count, {}};
    raw.as.i = i;
    return raw;
  }
  static bool equal(Value a, Value b);

  or_value raw_{OR_NULL, 0, {0}};
};

class Value::Items {
 public:
  class Iterator {
   public:
    explicit Iterator(const or_value* at) : at_(at) {}
    Value operator*() const { return *at_; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const or_value* at_;
  };
  Items(const or_value* first, size_t count) : first_(first), count_(count) {}
  [[nodiscard]] Iterator begin() const { return Iterator(first_); }
  [[nodiscard]] Iterator end() const { return Iterator(first_ + count_); }
  [[nodiscard]] size_t size() const { return count_; }

 private:
  const or_value* first_;
  size_t count_;
};

struct Field {
  std::string_view key;
  Value value;
};

class Value::Fields {
 public:
  class Iterator {
   public:
    explicit Iterator(const or_field* at) : at_(at) {}
    Field operator*() const { return {from_abi(at_->key), at_->value}; }
    Iterator& operator++() {
      ++at_;
      return *this;
    }
    bool operator!=(const Iterator& other) const { return at_ != other.at_; }

   private:
    const or_field* at_;
  };
  Fields(const or_field* first, size_t count) : first_(first), count_(count) {}
  [[nodiscard]] Iterator begin() const { return Iterator(first_); }
  [[nodiscard]] Iterator end() const { return Iterator(first_ + count_); }
  [[nodiscard]] size_t size() const { return count_; }

 private:
  const or_field* first_;
  size_t count_;
};

inline Value::Items Value::items() const { return is_array() ? Items(raw_.as.items, size()) : Items(nullptr, 0); }
inline Value::Fields Value::fields() const { return is_object() ? Fields(raw_.as.fields, size()) : Fields(nullptr, 0); }

inline Value Value::operator[](std::string_view key) const {
  for (const Field field : fields())
    if (field.key == key) return field.value;
  return {};
}

inline bool Value::has(std::string_view key) const {
  for (const Field field : fields())
    if (field.key == key) return true;
  return false;
}

inline std::optional<bool> Value::boolean() const {
  if (kind() != Kind::kBool) return std::nullopt;
  return raw_.as.i != 0;
}

inline std::optional<int64_t> Value::as_integer() const {
  if (kind() == Kind::kInt) return raw_.as.i;
  constexpr double kBound = 9007199254740992.0;  // 2^53: beyond it a double no longer holds every integer
  if (kind() == Kind::kDouble && raw_.as.f >= -kBound && raw_.as.f <= kBound) {
    const auto whole = static_cast<int64_t>(raw_.as.f);
    if (static_cast<double>(whole) == raw_.as.f) return whole;
  }
  return std::nullopt;
}

inline std::optional<double> Value::number() const {
  if (kind() == Kind::kDouble) return raw_.as.f;
  if (kind() == Kind::kInt) return static_cast<double>(raw_.as.i);
  return std::nullopt;
}

inline int64_t Value::integer() const {
  if (is_array() && size() > 0) return at(0).as_integer().value_or(0);
  return as_integer().value_or(0);
}

inline std::string_view Value::text() const {
  if (kind() != Kind::kString && kind() != Kind::kBytes) return {};
  return raw_.as.s == nullptr ? std::string_view{} : std::string_view(raw_.as.s, raw_.count);
}

inline bool Value::truthy() const {
  switch (kind()) {
    case Kind::kNull: return false;
    case Kind::kBool:
    case Kind::kInt: return raw_.as.i != 0;
    case Kind::kDouble: return raw_.as.f != 0;
    case Kind::kString:
    case Kind::kBytes: return !text().empty();
    default: return size() != 0;
  }
}

inline bool Value::equal(Value a, Value b) {
  const Kind kind = a.kind();
  if (kind != b.kind()) {
    const bool numeric =
        (kind == Kind::kInt && b.kind() == Kind::kDouble) || (kind == Kind::kDouble && b.kind() == Kind::kInt);
    return numeric && *a.number() == *b.number();
  }
  switch (kind) {
    case Kind::kNull: return true;
    case Kind::kBool:
    case Kind::kInt: return a.raw_.as.i == b.raw_.as.i;
    case Kind::kDouble: return a.raw_.as.f == b.raw_.as.f;
    case Kind::kString:
    case Kind::kBytes: return a.text() == b.text();
    case Kind::kArray:
      if (a.size() != b.size()) return false;
      for (size_t i = 0; i < a.size(); ++i)
        if (!equal(a.at(i), b.at(i))) return false;
      return true;
    case Kind::kObject:
      if (a.size() != b.size()) return false;
      for (const Field field : a.fields())
        if (!b.has(field.key) || !equal(field.value, b[field.key])) return false;
      return true;
  }
  return false;
}

}  // namespace v1
}  // namespace outrigger
