#include "host/secrets/secret_text.hpp"

#include <sodium.h>

#include <cstring>
#include <utility>

namespace outrigger::host {

SecretText SecretText::of_size(size_t size) {
  SecretText text;
  text.bytes_ = std::make_unique<char[]>(size);
  text.size_ = size;
  return text;
}

SecretText::SecretText(std::string_view text) : SecretText(of_size(text.size())) {
  if (!text.empty()) std::memcpy(bytes_.get(), text.data(), text.size());
}

SecretText::~SecretText() { wipe(); }

SecretText::SecretText(SecretText&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this == &other) return *this;
  wipe();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

void SecretText::wipe() noexcept {
  if (bytes_) sodium_memzero(bytes_.get(), size_);
}

void wipe(std::string& text) {
  sodium_memzero(text.data(), text.size());
  text.clear();
}

}  // namespace outrigger::host
