// A text that is wiped from memory when it goes: keys, and values of secrets.
//
//     const SecretText key(text);
//     use(key.view());
//
// Moved, never copied, so that there is one place to wipe. What others make of view() is theirs to wipe. Threads: a
// plain value.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace outrigger::host {

class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string_view text);
  // So many bytes, to be filled in place.
  static SecretText of_size(size_t size);
  ~SecretText();
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  SecretText(const SecretText&) = delete;
  SecretText& operator=(const SecretText&) = delete;

  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] size_t size() const { return size_; }
  [[nodiscard]] unsigned char* data() { return reinterpret_cast<unsigned char*>(bytes_.get()); }
  [[nodiscard]] const unsigned char* data() const { return reinterpret_cast<const unsigned char*>(bytes_.get()); }

 private:
  void wipe() noexcept;

  std::unique_ptr<char[]> bytes_;
  size_t size_ = 0;
};

// Overwrites the text's memory and empties it.
void wipe(std::string& text);

}  // namespace outrigger::host
