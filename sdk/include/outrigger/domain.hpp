// Odoo domains, evaluated here over columns of values, as search or as filtered_domain would.
//
//     Arena arena;
//     auto set = domains().compile("crm.lead", arena.array({team_domain, member_domain}), Meaning::kSearch);
//     if (!set) return set.error();
//     auto bitmaps = set->match(arena.object({{"name", names}, {"partner_id.country_id", countries}}));
//     if (bitmaps && (*bitmaps)[0].test(row)) ...            // the first domain matches that record
//
// What cannot be decided here is kUnsupported and names the leaf: ask Odoo with search_read instead. Threads: any. What
// is passed is borrowed for the call. A DomainSet does not outlive its plugin. See abi/domain.h.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/domain.h"
#include "arena.hpp"
#include "result.hpp"
#include "slot.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

enum class Meaning : int32_t {
  kSearch = OR_DOMAIN_SEARCH,  // as Model.search decides, in SQL
  kFilter = OR_DOMAIN_FILTER,  // as filtered_domain decides, in Python
};

// Which records match one domain.
class Bitmap {
 public:
  explicit Bitmap(std::string_view bytes) : bytes_(bytes) {}
  // False beyond the end.
  [[nodiscard]] bool test(size_t record) const {
    return record / 8 < bytes_.size() && ((static_cast<unsigned char>(bytes_[record / 8]) >> (record % 8)) & 1U) != 0;
  }
  // How many records match.
  [[nodiscard]] size_t count() const {
    size_t count = 0;
    for (const char byte : bytes_)
      for (auto bits = static_cast<unsigned char>(byte); bits != 0;
           bits = static_cast<unsigned char>(bits & (bits - 1U)))
        ++count;
    return count;
  }

 private:
  std::string bytes_;
};

// Compiled domains; forgotten by the host when it goes.
class DomainSet {
 public:
  DomainSet(const or_domain_v1* table, int64_t set) : table_(table), set_(set) {}
  DomainSet(DomainSet&& other) noexcept : table_(std::exchange(other.table_, nullptr)), set_(other.set_) {}
  DomainSet& operator=(DomainSet&& other) noexcept {
    std::swap(table_, other.table_);
    std::swap(set_, other.set_);
    return *this;
  }
  DomainSet(const DomainSet&) = delete;
  DomainSet& operator=(const DomainSet&) = delete;
  ~DomainSet() {
    if (OR_HAS(or_domain_v1, table_, release)) table_->release(table_->ctx, set_);
  }

  // The field names and dotted paths that the domains read: the columns to give to match.
  [[nodiscard]] Result<std::vector<std::string>> fields() const {
    const Result<Document> reply = ask(table_, &or_domain_v1::fields, kAbsent, set_);
    if (!reply) return reply.error();
    std::vector<std::string> names;
    for (const Value name : reply->root().items()) names.emplace_back(name.text());
    return names;
  }
  // columns: an object, field name -> array of values, all of one length. One bitmap a domain.
  [[nodiscard]] Result<std::vector<Bitmap>> match(Value columns) const {
    const Result<Document> reply = ask(table_, &or_domain_v1::match, kAbsent, set_, &columns.raw());
    if (!reply) return reply.error();
    std::vector<Bitmap> bitmaps;
    for (const Value bits : reply->root().items()) bitmaps.emplace_back(bits.text());
    return bitmaps;
  }

 private:
  friend class Domains;
  static constexpr const char* kAbsent = "this host evaluates no domains, or the plugin was not granted it";

  const or_domain_v1* table_;
  int64_t set_;
};

class Domains {
 public:
  Domains() = default;
  explicit Domains(const or_domain_v1* table) : table_(table) {}
  explicit operator bool() const { return table_ != nullptr; }

  // domains: an array, each item a domain as an array or as Python text.
  [[nodiscard]] Result<DomainSet> compile(std::string_view model, Value domains, Meaning meaning) const {
    int64_t set = 0;
    const Result<void> compiled = perform(table_, &or_domain_v1::compile, DomainSet::kAbsent, to_abi(model),
                                          &domains.raw(), static_cast<int32_t>(meaning), &set);
    if (!compiled) return compiled.error();
    return DomainSet(table_, set);
  }
  // The domain as JSON text, or as Python text.
  [[nodiscard]] Result<std::string> print_json(Value domain) const { return print(domain, OR_DOMAIN_JSON); }
  [[nodiscard]] Result<std::string> print_python(Value domain) const { return print(domain, OR_DOMAIN_PYTHON); }

 private:
  [[nodiscard]] Result<std::string> print(Value domain, int32_t form) const {
    const Result<Document> reply = ask(table_, &or_domain_v1::print, DomainSet::kAbsent, &domain.raw(), form);
    if (!reply) return reply.error();
    return std::string(reply->root().text());
  }

  const or_domain_v1* table_ = nullptr;
};

}  // namespace v1
}  // namespace outrigger
