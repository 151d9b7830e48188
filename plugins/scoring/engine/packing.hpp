// Numbers and texts as bytes, for what is kept in a store.
//
//     Packer out;
//     out.number(7);
//     out.text("233");
//     std::string bytes = out.take();
//
//     Unpacker in(bytes);
//     const uint64_t seven = in.number();
//     if (!in.at_end()) ...                  // damaged, or of another form
//
// Small numbers take little room; doubles come back bit for bit, on any machine. An Unpacker reads nothing but zeros
// after the end, and remembers that; count() never answers more than the bytes that are left, so that what is damaged
// asks for no memory. Threads: one.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace outrigger::scoring {

class Packer {
 public:
  void number(uint64_t value) {
    for (; value >= 0x80U; value >>= 7U) out_.push_back(static_cast<char>((value & 0x7FU) | 0x80U));
    out_.push_back(static_cast<char>(value));
  }
  void integer(int64_t value) { number((static_cast<uint64_t>(value) << 1U) ^ static_cast<uint64_t>(value >> 63)); }
  void real(double value) {
    const auto bits = std::bit_cast<uint64_t>(value);
    for (unsigned shift = 0; shift < 64; shift += 8) out_.push_back(static_cast<char>((bits >> shift) & 0xFFU));
  }
  void text(std::string_view text) {
    number(text.size());
    out_.append(text);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class Unpacker {
 public:
  explicit Unpacker(std::string_view bytes) : left_(bytes) {}
  [[nodiscard]] bool ok() const { return ok_; }
  void fail() { ok_ = false; }
  [[nodiscard]] bool at_end() const { return ok_ && left_.empty(); }
  uint8_t byte() {
    if (left_.empty()) {
      ok_ = false;
      return 0;
    }
    const auto value = static_cast<uint8_t>(left_.front());
    left_.remove_prefix(1);
    return value;
  }
  uint64_t number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t next = byte();
      value |= uint64_t{next & 0x7FU} << shift;
      if ((next & 0x80U) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  // Of things that take a byte each at least.
  size_t count() {
    const uint64_t value = number();
    if (value > left_.size()) ok_ = false;
    return ok_ ? static_cast<size_t>(value) : 0;
  }
  int64_t integer() {
    const uint64_t value = number();
    return static_cast<int64_t>(value >> 1U) ^ -static_cast<int64_t>(value & 1U);
  }
  double real() {
    uint64_t bits = 0;
    for (unsigned shift = 0; shift < 64; shift += 8) bits |= uint64_t{byte()} << shift;
    return std::bit_cast<double>(bits);
  }
  std::string_view text() {
    const size_t size = count();
    const std::string_view value = left_.substr(0, size);
    left_.remove_prefix(size);
    return value;
  }

 private:
  std::string_view left_;
  bool ok_ = true;
};

}  // namespace outrigger::scoring
