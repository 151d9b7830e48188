#include "encoding.hpp"

namespace outrigger::scoring {

std::vector<ClosedLead> closed_leads(const Leads& leads, const Model& model, int64_t start) {
  std::vector<ClosedLead> result;
  for (size_t row = 0; row < leads.size(); ++row) {
    if (leads.created[row] < start) continue;
    const Closed outcome = closed(leads, model.rules, row);
    const double probability = leads.probability[row];
    if (outcome == Closed::kWon && probability == 100.0) result.push_back({static_cast<uint32_t>(row), true});
    if (outcome == Closed::kLost && probability == 0.0) result.push_back({static_cast<uint32_t>(row), false});
  }
  return result;
}

Encoding Encoding::keep(const std::vector<uint32_t>& count, size_t fewest) {
  Encoding encoding;
  encoding.kept_.resize(count.size());
  encoding.seen_.resize(count.size());
  encoding.codes_.push_back(0);
  for (uint32_t own = 1; own < count.size(); ++own) {
    encoding.seen_[own] = count[own] > 0;
    if (count[own] == 0 || count[own] < fewest) continue;
    encoding.kept_[own] = static_cast<uint32_t>(encoding.codes_.size());
    encoding.codes_.push_back(own);
  }
  return encoding;
}

void Encoding::save(Packer& out) const {
  out.number(bins_.cuts.size());
  for (const double cut : bins_.cuts) out.real(cut);
  out.number(kept_.size());
  for (size_t own = 0; own < kept_.size(); ++own) out.number(size_t{kept_[own]} * 2 + (seen_[own] ? 1 : 0));
}

Encoding Encoding::load(Unpacker& in) {
  Encoding encoding;
  encoding.codes_.push_back(0);
  for (size_t cuts = in.count(); cuts > 0 && in.ok(); --cuts) encoding.bins_.cuts.push_back(in.real());
  const size_t size = in.count();
  for (uint32_t own = 0; own < size && in.ok(); ++own) {
    const uint64_t both = in.number();
    encoding.seen_.push_back((both & 1U) != 0);
    encoding.kept_.push_back(both > 1 ? static_cast<uint32_t>(encoding.codes_.size()) : 0);
    if (both > 1) encoding.codes_.push_back(own);
  }
  return encoding;
}

Encoding Encoding::learn(const Signal& signal, const std::vector<ClosedLead>& closed, size_t fewest,
                         const BinRules& rules) {
  Encoding with_bins;
  const bool number = signal.kind == Signal::Kind::kNumber;
  if (number) {
    std::vector<Observed> observed;
    observed.reserve(closed.size());
    for (const ClosedLead& lead : closed) observed.push_back({signal.numbers[lead.row], lead.won});
    with_bins.bins_ = learn_bins(std::move(observed), rules);
  }
  std::vector<uint32_t> count(number ? with_bins.bins_.size() : signal.values.size(), 0);
  // A number in one bin tells nothing.
  if (!number || !with_bins.bins_.cuts.empty())
    for (const ClosedLead& lead : closed) with_bins.each_own(signal, lead.row, [&](uint32_t own) { ++count[own]; });
  Encoding encoding = keep(count, fewest);
  encoding.bins_ = std::move(with_bins.bins_);
  return encoding;
}

}  // namespace outrigger::scoring
