// A signal's values as small codes, learned once from closed leads: bins for numbers, and which values are frequent
// enough to say anything.
//
//     Encoding encoding = Encoding::learn(signal, closed, 50, bins);
//     encoding.each(signal, row, [&](uint32_t code) { ... });   // 1 .. size() - 1 of the values that count
//
// The bins and texts are part of it, so a score can be explained as long as the model lives. Threads: immutable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bins.hpp"
#include "frequency.hpp"
#include "packing.hpp"
#include "signals.hpp"

namespace outrigger::scoring {

// A closed lead that counts. As in Odoo's table a won lead counts when its probability is 100, a lost one when 0.
struct ClosedLead {
  uint32_t row = 0;
  bool won = false;
};
std::vector<ClosedLead> closed_leads(const Leads& leads, const Model& model, int64_t start);

class Encoding {
 public:
  // `fewest`: closed leads that must have a value.
  static Encoding learn(const Signal& signal, const std::vector<ClosedLead>& closed, size_t fewest,
                        const BinRules& rules);

  // `count`: by own code, how many closed leads have the value.
  static Encoding keep(const std::vector<uint32_t>& count, size_t fewest);

  void save(Packer& out) const;
  static Encoding load(Unpacker& in);

  // One more than the highest code.
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(codes_.size()); }
  [[nodiscard]] const Bins& bins() const { return bins_; }
  // The code of a value's own code (of a number: of its bin); 0: unknown or too rare.
  [[nodiscard]] uint32_t code(uint32_t own) const { return own < kept_.size() ? kept_[own] : 0; }
  // A value's own code, back from ours.
  [[nodiscard]] uint32_t own(uint32_t code) const { return codes_[code]; }
  [[nodiscard]] bool seen(uint32_t own) const { return own < seen_.size() && seen_[own]; }
  [[nodiscard]] std::string text(const Signal& signal, uint32_t own) const {
    return signal.kind == Signal::Kind::kNumber ? bins_.text(own) : signal.values.text(own);
  }

  // The own codes of a lead's values, without 0.
  template <typename Each>
  void each_own(const Signal& signal, size_t row, Each&& each) const {
    if (signal.kind == Signal::Kind::kTags) {
      for (uint32_t t = signal.tag_begin(row); t < signal.tag_end[row]; ++t) each(signal.tag[t]);
      return;
    }
    const uint32_t own = signal.kind == Signal::Kind::kNumber ? bins_.code(signal.numbers[row]) : signal.code[row];
    if (own != 0) each(own);
  }
  template <typename Each>
  void each(const Signal& signal, size_t row, Each&& each_code) const {
    each_own(signal, row, [&](uint32_t own) {
      if (const uint32_t kept = code(own); kept != 0) each_code(kept);
    });
  }

 private:
  Bins bins_;
  std::vector<uint32_t> kept_;   // by own code
  std::vector<uint32_t> codes_;  // back
  std::vector<bool> seen_;       // by own code
};

}  // namespace outrigger::scoring
