// Making values: an Arena holds trees, a Document is one tree together with the arena that holds it.
//
//     Arena arena;
//     Value domain = arena.array({arena.array({"won_status", "=", "pending"}), arena.array({"id", ">", 42})});
//     Value values = arena.object({{"stage_id", 4}, {"name", arena.text(name)}});
//
// String literals are borrowed; arena.text copies. Memory grows in blocks that double up to 1 MiB and is given back
// when the arena goes. Threads: an arena is written by one thread at a time; a finished tree is immutable.
#pragma once

#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "value.hpp"

namespace outrigger {
inline namespace v1 {

// An argument of Arena::array and Arena::object: whatever Value::of takes, or a Value.
struct Item {
  Value value;
  Item(Value v) : value(v) {}  // NOLINT(google-explicit-constructor)
  Item(std::nullptr_t) {}      // NOLINT(google-explicit-constructor)
  template <typename T>
  requires requires(T t) { Value::of(t); }
  Item(T t) : value(Value::of(t)) {}  // NOLINT(google-explicit-constructor)
};

class Arena {
 public:
  Arena() = default;
  Arena(Arena&&) = default;
  Arena& operator=(Arena&&) = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena() = default;

  // Raw memory, aligned to 8 bytes, valid as long as the arena.
  void* allocate(size_t bytes) {
    bytes = (bytes + 7U) & ~size_t{7};
    if (bytes > left_) grow(bytes);
    void* result = next_;
    next_ += bytes;
    left_ -= bytes;
    return result;
  }
  // A copy of the text.
  std::string_view keep(std::string_view text) {
    if (text.empty()) return {};
    auto* copy = static_cast<char*>(allocate(text.size()));
    std::memcpy(copy, text.data(), text.size());
    return {copy, text.size()};
  }
  Value text(std::string_view text) { return Value::of(keep(text)); }
  Value bytes(std::string_view data) {
    or_value raw = Value::of(keep(data)).raw();
    raw.kind = OR_BYTES;
    return raw;
  }
  Value array(std::span<const Value> items) {
    auto* copy = static_cast<or_value*>(allocate(items.size() * sizeof(or_value)));
    for (size_t i = 0; i < items.size(); ++i) copy[i] = items[i].raw();
    or_value raw{OR_ARRAY, static_cast<uint32_t>(items.size()), {}};
    raw.as.items = copy;
    return raw;
  }
  Value array(std::initializer_list<Item> items) {
    auto* copy = static_cast<or_value*>(allocate(items.size() * sizeof(or_value)));
    size_t at = 0;
    for (const Item& item : items) copy[at++] = item.value.raw();
    or_value raw{OR_ARRAY, static_cast<uint32_t>(items.size()), {}};
    raw.as.items = copy;
    return raw;
  }
  Value ids(std::span<const int64_t> ids) {
    auto* copy = static_cast<or_value*>(allocate(ids.size() * sizeof(or_value)));
    for (size_t i = 0; i < ids.size(); ++i) copy[i] = Value::of(ids[i]).raw();
    or_value raw{OR_ARRAY, static_cast<uint32_t>(ids.size()), {}};
    raw.as.items = copy;
    return raw;
  }
  // The keys are borrowed: literals, or text kept in this arena.
  Value object(std::span<const Field> fields) {
    auto* copy = static_cast<or_field*>(allocate(fields.size() * sizeof(or_field)));
    for (size_t i = 0; i < fields.size(); ++i) copy[i] = or_field{to_abi(fields[i].key), fields[i].value.raw()};
    or_value raw{OR_OBJECT, static_cast<uint32_t>(fields.size()), {}};
    raw.as.fields = copy;
    return raw;
  }
  Value object(std::initializer_list<std::pair<std::string_view, Item>> fields) {
    auto* copy = static_cast<or_field*>(allocate(fields.size() * sizeof(or_field)));
    size_t at = 0;
    for (const auto& [key, item] : fields) copy[at++] = or_field{to_abi(key), item.value.raw()};
    or_value raw{OR_OBJECT, static_cast<uint32_t>(fields.size()), {}};
    raw.as.fields = copy;
    return raw;
  }
  // A deep copy of a tree into this arena. Depth beyond OR_MAX_DEPTH is cut to null.
  Value copy(Value value, int depth = 0) {
    if (depth >= OR_MAX_DEPTH) return {};
    switch (value.kind()) {
      case Kind::kString: return text(value.text());
      case Kind::kBytes: return bytes(value.text());
      case Kind::kArray: {
        std::vector<Value> items;
        items.reserve(value.size());
        for (const Value item : value.items()) items.push_back(copy(item, depth + 1));
        return array(items);
      }
      case Kind::kObject: {
        std::vector<Field> fields;
        fields.reserve(value.size());
        for (const Field field : value.fields()) fields.push_back({keep(field.key), copy(field.value, depth + 1)});
        return object(fields);
      }
      default: return value;
    }
  }
  // Bytes taken from the system so far.
  [[nodiscard]] size_t reserved() const { return reserved_; }

 private:
  void grow(size_t at_least) {
    constexpr size_t kFirst = 1024;
    constexpr size_t kLargest = size_t{1} << 20U;
    size_t size = blocks_.empty() ? kFirst : last_size_ * 2;
    if (size > kLargest) size = kLargest;
    if (size < at_least)
      size = at_least;
    else
      last_size_ = size;
    // Not std::make_unique: it would zero the block.
    blocks_.push_back(std::unique_ptr<char[]>(new char[size]));
    next_ = blocks_.back().get();
    left_ = size;
    reserved_ += size;
  }

  std::vector<std::unique_ptr<char[]>> blocks_;
  char* next_ = nullptr;
  size_t left_ = 0;
  size_t last_size_ = 512;
  size_t reserved_ = 0;
};

// One tree and what holds it. Movable; crosses the ABI as an or_doc without copying the tree.
class Document {
 public:
  Document() = default;
  Document(std::shared_ptr<const void> owner, Value root) : owner_(std::move(owner)), root_(root) {}
  // A document that is built in place: make(arena) returns the root.
  template <typename Make>
  static Document build(Make&& make) {
    auto arena = std::make_shared<Arena>();
    const Value root = make(*arena);
    return {std::move(arena), root};
  }
  // Takes over what a function of the ABI handed out.
  static Document adopt(or_doc& doc) {
    const Value root = doc.root;
    if (doc.release == nullptr) return {nullptr, root};
    std::shared_ptr<const void> owner(new or_doc(doc), [](const or_doc* held) {
      or_doc last = *held;
      last.release(&last);
      delete held;
    });
    doc = or_doc{};
    return {std::move(owner), root};
  }
  // Hands the tree over; *this is empty afterwards.
  or_doc hand_over() {
    or_doc doc{};
    doc.root = root_.raw();
    doc.owner = new std::shared_ptr<const void>(std::move(owner_));
    doc.release = [](or_doc* held) {
      delete static_cast<std::shared_ptr<const void>*>(held->owner);
      *held = or_doc{};
    };
    root_ = Value{};
    return doc;
  }

  [[nodiscard]] Value root() const { return root_; }
  Value operator*() const { return root_; }
  const Value* operator->() const { return &root_; }

 private:
  std::shared_ptr<const void> owner_;
  Value root_;
};

}  // namespace v1
}  // namespace outrigger
