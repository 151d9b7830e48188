// The words for states and operations, as the journal keeps them and the command line prints them.
#include <utility>

#include "integration/writes/writer.hpp"

namespace outrigger::writes {

const char* to_string(State state) {
  switch (state) {
    case State::kBegun: return "begun";
    case State::kDone: return "done";
    case State::kFailed: return "failed";
    case State::kUnknown: return "unknown";
  }
  return "unknown";
}

namespace {
constexpr std::pair<Operation, std::string_view> kOperations[] = {{Operation::kCreate, "create"},
                                                                  {Operation::kWrite, "write"},
                                                                  {Operation::kWriteRows, "write_rows"},
                                                                  {Operation::kUnlink, "unlink"},
                                                                  {Operation::kMessagePost, "message_post"},
                                                                  {Operation::kCall, "call"}};
}

std::string_view to_string(Operation operation) {
  for (const auto& [known, word] : kOperations)
    if (known == operation) return word;
  return "write";
}
std::optional<Operation> operation_of(std::string_view word) {
  for (const auto& [operation, known] : kOperations)
    if (known == word) return operation;
  return std::nullopt;
}

}  // namespace outrigger::writes
