// Random domains on crm.lead: every operator, wrong and odd values included. The same seed gives the same domains.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace outrigger::contract {

class DomainGenerator {
 public:
  DomainGenerator(int major, uint64_t seed) : major_(major), random_(seed) {}
  // Literals of Python that occur in a field, so that conditions match something.
  void add_samples(const std::string& path, std::vector<std::string> literals);
  // As Python text.
  std::string next();

 private:
  std::string domain(int depth, const std::string& model);
  std::string term(int depth, const std::string& model);
  std::string value(const std::string& kind, const std::string& op, const std::string& path);
  std::string scalar(const std::string& kind, const std::string& path);
  size_t below(size_t count) { return static_cast<size_t>(random_() % count); }
  template <typename List>
  const auto& pick(const List& list) {
    return list[below(list.size())];
  }

  int major_;
  std::mt19937_64 random_;
  std::vector<std::pair<std::string, std::vector<std::string>>> samples_;
};

}  // namespace outrigger::contract
