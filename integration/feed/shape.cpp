#include "integration/feed/shape.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace outrigger::feed {
namespace {

std::string hash_of(const Subscriber& subscriber) {
  uint64_t hash = 14695981039346656037U;  // FNV-1a, for it has to be the same in every build
  const auto add = [&](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
    hash = (hash ^ 0xFFU) * 1099511628211U;
  };
  add(subscriber.domain);
  add(subscriber.snapshot ? "snapshot" : "none");
  char text[20];
  const auto end = std::to_chars(text, text + sizeof text, hash, 16);
  return {text, end.ptr};
}

Shape shape_of(const Stream& stream) {
  Shape shape;
  shape.fields = stream.fields;
  std::sort(shape.fields.begin(), shape.fields.end());
  for (const Subscriber& subscriber : stream.subscribers)
    shape.takers.push_back({subscriber.name, hash_of(subscriber), Shape::State::kSettled});
  return shape;
}

std::string_view word(std::string_view& line) {
  const std::string_view result = line.substr(0, line.find(' '));
  line.remove_prefix(std::min(line.size(), result.size() + 1));
  return result;
}

}  // namespace

std::string Shape::to_text() const {
  std::string text = "fields";
  for (const std::string& field : fields) text += " " + field;
  text += "\nnewest " + std::to_string(newest) + "\n";
  for (const Taker& taker : takers)
    text += std::string(1, static_cast<char>(taker.state)) + " " + taker.content + " " + taker.name + "\n";
  return text;
}

Shape Shape::parse(std::string_view text) {
  Shape shape;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), line.size() + 1));
    const std::string_view first = word(line);
    if (first == "fields") {
      while (!line.empty()) shape.fields.emplace_back(word(line));
    } else if (first == "newest") {
      std::from_chars(line.data(), line.data() + line.size(), shape.newest);
    } else if (first.size() == 1) {
      Taker taker;
      taker.state = static_cast<State>(first.front());
      taker.content = word(line);
      taker.name = line;
      shape.takers.push_back(std::move(taker));
    }
  }
  return shape;
}

uint64_t Shape::told() const {
  uint64_t mask = 0;
  for (size_t i = 0; i < takers.size(); ++i)
    if (takers[i].state != State::kQuiet) mask |= uint64_t{1} << i;
  return mask;
}

Reading plan_reading(const Stream& stream, const Position& kept) {
  const Shape before = Shape::parse(kept.shape);
  Reading reading{shape_of(stream), kept.shape.empty()};
  reading.shape.newest = before.newest;
  for (size_t i = 0; i < stream.subscribers.size(); ++i) {
    Shape::Taker& taker = reading.shape.takers[i];
    const auto old = std::find_if(before.takers.begin(), before.takers.end(),
                                  [&](const Shape::Taker& each) { return each.name == taker.name; });
    if (old == before.takers.end())
      taker.state = stream.subscribers[i].snapshot ? Shape::State::kSnapshot : Shape::State::kQuiet;
    else if (old->content == taker.content)
      taker.state = old->state;
    else
      taker.state = old->state == Shape::State::kSnapshot ? old->state : Shape::State::kQuiet;
    const bool other = old == before.takers.end() || old->content != taker.content;
    reading.anew = reading.anew || other;
  }
  for (const std::string& field : reading.shape.fields)
    reading.anew = reading.anew || std::find(before.fields.begin(), before.fields.end(), field) == before.fields.end();
  return reading;
}

std::string without(const std::string& text, std::string_view subscriber) {
  Shape shape = Shape::parse(text);
  const size_t gone = std::erase_if(shape.takers, [&](const Shape::Taker& each) { return each.name == subscriber; });
  return gone == 0 ? text : shape.to_text();
}

}  // namespace outrigger::feed
