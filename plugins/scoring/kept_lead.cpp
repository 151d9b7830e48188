#include "kept_lead.hpp"

#include <bit>
#include <charconv>

namespace outrigger::scoring {
namespace {

constexpr char kVersion = 1;

class Writer {
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
  std::string out_{kVersion};
};

// Reads nothing but zeros after the end, and remembers that.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : left_(bytes) {}
  [[nodiscard]] bool ok() const { return ok_; }
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
    const uint64_t size = number();
    if (size > left_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view value = left_.substr(0, size);
    left_.remove_prefix(size);
    return value;
  }

 private:
  std::string_view left_;
  bool ok_ = true;
};

// Index of an id in the model: -1 for none, nothing for one that is not there.
std::optional<int16_t> place(const std::unordered_map<int64_t, int16_t>& places, int64_t id) {
  if (id == 0) return int16_t{-1};
  const auto at = places.find(id);
  if (at == places.end()) return std::nullopt;
  return at->second;
}

}  // namespace

int64_t kept_id(std::string_view key) {
  if (!key.starts_with(kKeptPrefix)) return 0;
  key.remove_prefix(kKeptPrefix.size());
  int64_t id = 0;
  const auto read = std::from_chars(key.data(), key.data() + key.size(), id);
  return read.ec == std::errc() && read.ptr == key.data() + key.size() ? id : 0;
}

std::string pack(const History& history, const LeadState& state, double published) {
  const Leads& leads = history.leads;
  Writer out;
  out.integer(state.stage < 0 ? 0 : history.model.stages[static_cast<size_t>(state.stage)].id);
  out.integer(state.team < 0 ? 0 : history.model.teams[static_cast<size_t>(state.team)].id);
  out.number(static_cast<uint64_t>(state.status));
  out.number(state.active);
  out.number(state.priority);
  out.integer(state.created);
  out.real(state.probability);
  out.real(state.automated);
  out.real(published);
  out.number(state.feature.size());
  for (size_t v = 0; v < state.feature.size(); ++v)
    out.text(state.feature[v] == 0 ? std::string_view{} : leads.values[v].text(state.feature[v]));
  out.number(state.tags.size());
  for (const uint32_t tag : state.tags) out.text(leads.tags.text(tag));
  return out.take();
}

std::optional<KeptLead> unpack(History& history, const Places& places, int64_t lead, std::string_view bytes) {
  Reader in(bytes);
  if (in.byte() != kVersion) return std::nullopt;
  KeptLead kept;
  LeadState& state = kept.state;
  state.id = lead;
  const auto stage = place(places.stage, in.integer());
  const auto team = place(places.team, in.integer());
  if (!stage || !team) return std::nullopt;
  state.stage = *stage;
  state.team = *team;
  const uint64_t status = in.number();
  if (status > static_cast<uint64_t>(WonStatus::kLost)) return std::nullopt;
  state.status = static_cast<WonStatus>(status);
  state.active = static_cast<uint8_t>(in.number());
  state.priority = static_cast<uint8_t>(in.number());
  state.created = in.integer();
  state.probability = in.real();
  state.automated = in.real();
  kept.published = in.real();
  if (in.number() != history.variables.fields.size()) return std::nullopt;
  for (size_t v = 0; v < history.variables.fields.size() && in.ok(); ++v) {
    const std::string_view value = in.text();
    state.feature.push_back(value.empty() ? 0 : history.leads.values[v].code(value));
  }
  for (uint64_t tags = in.number(); tags > 0 && in.ok(); --tags)
    state.tags.push_back(history.leads.tags.code(in.text()));
  if (!in.at_end()) return std::nullopt;
  return kept;
}

}  // namespace outrigger::scoring
