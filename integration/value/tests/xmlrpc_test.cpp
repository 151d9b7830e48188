// XML-RPC: what is read and written keeps every kind, and hostile messages are refused.
#include "integration/value/xmlrpc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cfloat>
#include <cmath>
#include <random>

#include "integration/value/tests/describe.hpp"

namespace outrigger::value {
namespace {

using testing::HasSubstr;

Result<XmlMessage> parse(std::string_view text, Limits limits = {}) {
  XmlReader reader(XmlReader::Message::kResponse, std::move(limits));
  reader.feed(text);
  return reader.finish();
}

std::string response(const std::string& value) {
  return "<?xml version='1.0'?>\n<methodResponse>\n<params>\n<param>\n" + value +
         "\n</param>\n</params>\n</methodResponse>\n";
}

std::string read(const std::string& value, Limits limits = {}) {
  const Result<XmlMessage> message = parse(response(value), std::move(limits));
  return message ? describe(*message->value) : "error: " + message.error().message;
}

Error error_of(std::string_view text, Limits limits = {}) {
  const Result<XmlMessage> message = parse(text, std::move(limits));
  return message ? Error{Code::kOk, describe(*message->value)} : message.error();
}

std::string round_trip(Value value) {
  const Result<std::string> written = write_xml_response(value);
  if (!written) return "error: " + written.error().message;
  const Result<XmlMessage> message = parse(*written);
  return message ? describe(*message->value) : "error: " + message.error().message;
}

std::string nested(int levels) {
  std::string out;
  for (int i = 0; i < levels; ++i) out += "<value><array><data>";
  for (int i = 0; i < levels; ++i) out += "</data></array></value>";
  return out;
}

// As Odoo indents its replies.
constexpr char kRow[] = R"(<value><struct>
<member>
<name>id</name>
<value><int>52</int></value>
</member>
<member>
<name>name</name>
<value><string>Enc ünïcödé 漢字 😀 &lt;b&gt; &amp;amp;</string></value>
</member>
<member>
<name>properties</name>
<value><array><data>
<value><struct>
<member><name>value</name><value><boolean>0</boolean></value></member>
</struct></value>
<value><double>12.5</double></value>
</data></array></value>
</member>
<member><name>empty</name><value><array><data></data></array></value></member>
<member><name>bare</name><value>a &amp; b</value></member>
</struct></value>)";
constexpr char kRowTree[] =
    "{id:i52 name:'Enc ünïcödé 漢字 😀 <b> &amp;' properties:[{value:false} d0x1.9p+3] empty:[] bare:'a & b'}";

TEST(XmlReader, KeepsEachKindApart) {
  EXPECT_EQ(read("<value><int>-5</int></value>"), "i-5");
  EXPECT_EQ(read("<value><i4> 7 </i4></value>"), "i7");
  EXPECT_EQ(read("<value><i8>1099511627776</i8></value>"), "i1099511627776");
  EXPECT_EQ(read("<value><double>1099511627776.0</double></value>"), "d0x1p+40");
  EXPECT_EQ(read("<value><boolean>1</boolean></value>"), "true");
  EXPECT_EQ(read("<value><boolean>0</boolean></value>"), "false");
  EXPECT_EQ(read("<value><string>1</string></value>"), "'1'");
  EXPECT_EQ(read("<value><nil/></value>"), "null");
  EXPECT_EQ(read("<value><base64>AP8=\nAA==</base64></value>").substr(0, 5), "error");
  EXPECT_EQ(read("<value><base64>\nZm9v\nYmFy\n</base64></value>"), "b'foobar'");
  EXPECT_EQ(read("<value><dateTime.iso8601>20261121T19:24:40</dateTime.iso8601></value>"), "'20261121T19:24:40'");
}

TEST(XmlReader, ReadsAValueWithoutATypeAsAText) {
  EXPECT_EQ(read("<value>a bare one</value>"), "'a bare one'");
  EXPECT_EQ(read("<value> kept as it is </value>"), "' kept as it is '");
  EXPECT_EQ(read("<value></value>"), "''");
  EXPECT_EQ(read("<value/>"), "''");
  EXPECT_EQ(read("<value><string/></value>"), "''");
  EXPECT_EQ(read("<value>\n  <int>1</int>\n</value>"), "i1");
}

TEST(XmlReader, ReadsARowAsOdooWritesIt) { EXPECT_EQ(read(kRow), kRowTree); }

TEST(XmlReader, LastOfTwoEqualNamesWins) {
  EXPECT_EQ(read("<value><struct><member><name>a</name><value>1</value></member>"
                 "<member><name>a</name><value>2</value></member></struct></value>"),
            "{a:'2'}");
}

TEST(XmlReader, GivesTheSameTreeWhereverTheInputIsCut) {
  const std::string text = response(kRow);
  for (size_t cut = 0; cut <= text.size(); ++cut) {
    XmlReader reader(XmlReader::Message::kResponse);
    reader.feed(std::string_view(text).substr(0, cut));
    reader.feed(std::string_view(text).substr(cut));
    const Result<XmlMessage> message = reader.finish();
    ASSERT_TRUE(message) << "cut at " << cut << ": " << message.error().message;
    EXPECT_EQ(describe(*message->value), kRowTree) << "cut at " << cut;
  }
  XmlReader reader(XmlReader::Message::kResponse);
  for (const char c : text) ASSERT_TRUE(reader.feed({&c, 1}));
  EXPECT_EQ(describe(*reader.finish()->value), kRowTree);
}

TEST(XmlReader, TellsAFaultFromAnAnswer) {
  const Result<XmlMessage> message = parse(write_xml_fault(3, "Access <Denied> & \"more\""));
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_TRUE(message->fault);
  EXPECT_EQ(describe(*message->value), "{faultCode:i3 faultString:'Access <Denied> & \"more\"'}");
  EXPECT_FALSE(parse(response("<value><int>1</int></value>"))->fault);
}

TEST(XmlReader, ReadsACallWithItsParameters) {
  XmlReader reader(XmlReader::Message::kCall);
  reader.feed(
      "<?xml version='1.0'?><methodCall><methodName>execute_kw</methodName><params><param><value>db</value></param>"
      "<param><value><int>2</int></value></param></params></methodCall>");
  const Result<XmlMessage> message = reader.finish();
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->method, "execute_kw");
  EXPECT_EQ(describe(*message->value), "['db' i2]");
}

TEST(XmlReader, RefusesDataThatIsNestedDeeperThan64) {
  EXPECT_EQ(error_of(response(nested(64))).code, Code::kOk);
  const Error error = error_of(response(nested(65)));
  EXPECT_EQ(error.code, Code::kLimit);
  EXPECT_THAT(error.message, HasSubstr("nested deeper than 64 levels"));
  EXPECT_THAT(error_of(response(nested(100000))).message, HasSubstr("nested"));
  std::string values;
  for (int i = 0; i < 100000; ++i) values += "<value>";
  EXPECT_THAT(error_of(response(values)).message, HasSubstr("nested"));
}

TEST(XmlReader, NamesTheRemedyWhenTheReplyIsTooLarge) {
  std::string rows = "<value><array><data>";
  for (int i = 0; i < 100000; ++i) rows += "<value><int>1</int></value>";
  const Error error = error_of(response(rows + "</data></array></value>"), Limits{.bytes = size_t{1} << 20U});
  EXPECT_EQ(error.code, Code::kLimit);
  EXPECT_THAT(error.message, HasSubstr("larger than 1 MiB; ask for fewer rows or fields"));
}

TEST(XmlReader, StopsAnEndlessTextAtTheLimit) {
  XmlReader reader(XmlReader::Message::kResponse, Limits{.bytes = size_t{1} << 20U});
  const std::string piece(size_t{1} << 20U, 'x');
  bool goes_on = reader.feed("<methodResponse><params><param><value><string>");
  for (int i = 0; i < 16 && goes_on; ++i) goes_on = reader.feed(piece);
  EXPECT_FALSE(goes_on) << "16 MiB of one text were taken although 1 MiB is the limit";
}

TEST(XmlReader, RefusesInputThatEndsTooEarly) {
  const std::string text = response(kRow);
  const size_t end = text.rfind('>');
  for (size_t size = 0; size < end; ++size)
    EXPECT_EQ(error_of(std::string_view(text).substr(0, size)).code, Code::kProtocol) << size;
}

TEST(XmlReader, RefusesWhatFollowsTheMessage) {
  EXPECT_EQ(error_of(response("<value>a</value>") + "<more/>").code, Code::kProtocol);
  EXPECT_EQ(error_of(response("<value>a</value>") + "text").code, Code::kProtocol);
}

TEST(XmlReader, RefusesADocumentType) {
  const Error error = error_of("<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>" +
                               response("<value>&b;</value>").substr(21));
  EXPECT_EQ(error.code, Code::kProtocol);
  EXPECT_THAT(error.message, HasSubstr("document type"));
}

TEST(XmlReader, RefusesCharactersThatOdooShouldNotHaveSent) {
  for (const char* character : {"\xEF\xBF\xBE", "\xEF\xBF\xBF", "\x01", "&#1;", "\xC3"}) {
    const Error error = error_of(response("<value><string>a" + std::string(character) + "</string></value>"));
    EXPECT_EQ(error.code, Code::kProtocol);
    EXPECT_EQ(error.effect, Effect::kUnknown);
    EXPECT_THAT(error.message, HasSubstr("the JSON transports can"));
  }
}

TEST(XmlReader, RefusesWhatIsNotXmlRpc) {
  for (const char* value :
       {"<value><int>1.5</int></value>", "<value><int>9223372036854775808</int></value>", "<value><int></int></value>",
        "<value><double>1,5</double></value>", "<value><base64>*</base64></value>", "<value><float>1</float></value>",
        "<value><boolean>maybe</boolean></value>", "<value>1</value><value>2</value>", "",
        "<value><struct><member><value>1</value><name>a</name></member></struct></value>",
        "<value><struct><member><name>a</name></member></struct></value>"})
    EXPECT_EQ(error_of(response(value)).code, Code::kProtocol) << value;
  EXPECT_EQ(error_of("<html><body>Bad gateway</body></html>").code, Code::kProtocol);
  EXPECT_EQ(error_of("").code, Code::kProtocol);
}

TEST(XmlReader, RefusesAnotherRootElement) {
  for (const char* text :
       {"<html><value>1</value></html>", "<value>1</value>", "<methodCall><value>1</value></methodCall>"}) {
    XmlReader reader(XmlReader::Message::kResponse);
    reader.feed(text);
    const Result<XmlMessage> message = reader.finish();
    ASSERT_FALSE(message) << text;
    EXPECT_THAT(message.error().message, testing::HasSubstr("root element")) << text;
  }
}

TEST(XmlReader, TurnsFalseIntoNullOnlyInRowsAndOnlyForNamedFields) {
  const std::string no = "<value><boolean>0</boolean></value>";
  const std::string row = "<value><struct><member><name>name</name>" + no + "</member><member><name>active</name>" +
                          no + "</member></struct></value>";
  Limits limits;
  limits.row_depth = 2;
  limits.false_is_null = [](std::string_view name) { return name == "name"; };
  EXPECT_EQ(read("<value><array><data>" + row + "</data></array></value>", limits), "[{name:null active:false}]");
  EXPECT_EQ(read(row, limits), "{name:false active:false}");
  EXPECT_EQ(read(no, limits), "false");
}

TEST(XmlWriter, WhatIsWrittenIsReadBackTheSame) {
  Arena arena;
  const Value tree = arena.object({{"id", int64_t{1} << 40U},
                                   {"n", -1},
                                   {"d", 5.0},
                                   {"t", "a < b & c > \r\n\t]]>"},
                                   {"x", nullptr},
                                   {"b", false},
                                   {"list", arena.array({1, arena.array({"ü"})})}});
  EXPECT_EQ(round_trip(tree), describe(tree));
}

TEST(XmlWriter, WritesI8OnlyWhereAnIntIsTooSmall) {
  std::string out;
  ASSERT_TRUE(write_xml(Value::of(int64_t{2147483647}), out));
  ASSERT_TRUE(write_xml(Value::of(int64_t{-2147483649}), out));
  EXPECT_EQ(out, "<value><int>2147483647</int></value><value><i8>-2147483649</i8></value>");
}

TEST(XmlWriter, WritesBytesAsTheBase64TextThatOdooWants) {
  Arena arena;
  EXPECT_EQ(round_trip(arena.bytes("foobar")), "'Zm9vYmFy'");
}

TEST(XmlWriter, DoublesComeBackBitByBitWithoutAnExponent) {
  std::mt19937_64 random(20261121);
  std::vector<double> numbers{0.1, 5.1, 1e308, DBL_MAX, DBL_MIN, DBL_TRUE_MIN, 1.23e-320, -0.0};
  for (int i = 0; i < 3000; ++i) numbers.push_back(std::bit_cast<double>(random()));
  for (const double number : numbers) {
    if (!std::isfinite(number)) continue;
    std::string out;
    ASSERT_TRUE(write_xml(Value::of(number), out));
    const std::string digits = out.substr(15, out.find("</") - 15);
    EXPECT_EQ(digits.find_first_not_of("-.0123456789"), std::string::npos) << out;
    EXPECT_EQ(read(out), describe(Value::of(number)));
  }
}

TEST(XmlWriter, RefusesWhatXmlCannotCarry) {
  std::vector<std::string> texts;
  for (char c = 0; c < 0x20; ++c)
    if (c != '\t' && c != '\n' && c != '\r') texts.push_back(std::string("a") + c);
  texts.insert(texts.end(), {"\xEF\xBF\xBE", "a\xEF\xBF\xBF"});
  for (const std::string& text : texts) {
    Arena arena;
    for (const Value value : {arena.text(text), arena.object({{text, 1}}), arena.array({arena.text(text)})}) {
      const Result<std::string> written = write_xml_response(value);
      ASSERT_FALSE(written);
      EXPECT_EQ(written.error().code, Code::kInvalid);
      EXPECT_EQ(written.error().effect, Effect::kNone);
      EXPECT_THAT(written.error().message, HasSubstr("JSON transport"));
    }
  }
  EXPECT_EQ(write_xml_response(Value::of(std::nan(""))).error().code, Code::kInvalid);
  EXPECT_EQ(write_xml_response(Value::of(HUGE_VAL)).error().code, Code::kInvalid);
  EXPECT_EQ(round_trip(Value::of("\xEF\xBF\xBD \xEF\xBE\xBF")), "'\xEF\xBF\xBD \xEF\xBE\xBF'");
}

TEST(XmlReader, HoldsAHundredThousandNames) {
  std::string text = "<value><struct>";
  for (int i = 0; i < 100000; ++i)
    text += "<member><name>k" + std::to_string(i) + "</name><value><int>1</int></value></member>";
  const Result<XmlMessage> message = parse(response(text + "</struct></value>"));
  ASSERT_TRUE(message) << message.error().message;
  EXPECT_EQ(message->value.root().size(), 100000U);
}

}  // namespace
}  // namespace outrigger::value
