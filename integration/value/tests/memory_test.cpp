// A reply without end under a memory cap: an error, and no more memory than the cap.
#include <gtest/gtest.h>
#include <malloc.h>

#include "integration/value/json.hpp"
#include "integration/value/xmlrpc.hpp"

namespace outrigger::value {
namespace {

constexpr size_t kCap = size_t{16} << 20U;
constexpr int kRows = 1000000;
constexpr int kRowsOfAPiece = 1000;

size_t heap() {
  const struct mallinfo2 info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Feeds a million rows, in pieces as a network does; the most memory that was in use beyond what was before.
template <typename Reader>
size_t most_memory(Reader& reader, std::string_view head, std::string_view row) {
  std::string piece;
  for (int i = 0; i < kRowsOfAPiece; ++i) piece += row;
  const size_t before = heap();
  size_t most = before;
  reader.feed(head);
  for (int i = 0; i < kRows / kRowsOfAPiece && reader.feed(piece); ++i) most = std::max(most, heap());
  return most - before;
}

TEST(MemoryCap, HoldsForAMillionRowsOfJson) {
  JsonReader reader({.bytes = kCap});
  const size_t most = most_memory(reader, "[1", R"(,{"id": 1, "name": "A lead of some length", "probability": 12.5})");
  const Result<Document> document = reader.finish();
  ASSERT_FALSE(document);
  EXPECT_EQ(document.error().code, Code::kLimit) << document.error().message;
  // The rows of the open array are held twice while they are closed.
  EXPECT_LT(most, 2 * kCap);
}

TEST(MemoryCap, HoldsForAMillionRowsOfXml) {
  XmlReader reader(XmlReader::Message::kResponse, {.bytes = kCap});
  const size_t most =
      most_memory(reader, "<methodResponse><params><param><value><array><data>",
                  "<value><struct><member><name>id</name><value><int>1</int></value></member><member><name>name</name>"
                  "<value><string>A lead of some length</string></value></member></struct></value>");
  const Result<XmlMessage> message = reader.finish();
  ASSERT_FALSE(message);
  EXPECT_EQ(message.error().code, Code::kLimit) << message.error().message;
  EXPECT_LT(most, 2 * kCap);
}

}  // namespace
}  // namespace outrigger::value
