// The streams and subscribers that the journal knows, with the numbers and bits that rows refer to them by.
//
// A subscriber keeps its bit in the masks of the shadow for as long as it is subscribed, whatever its place in the
// stream is. One whose domain has changed gets a fresh bit: nothing is known to it then, as to a new one. Bits are not
// used again before all 64 were.
//
// Threads: the writer's (work of JournalFile::commit). What was rolled back is noticed by a mark in the file.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/journal/sqlite.hpp"
#include "host/journal/view.hpp"
#include "integration/feed/sink.hpp"

namespace outrigger::host {

inline constexpr int kIdBits = 40;
inline constexpr int64_t kLargestId = (int64_t{1} << kIdBits) - 1;
inline int64_t record_key(int64_t stream, int64_t id) { return stream << kIdBits | id; }
inline int64_t id_of(int64_t record) { return record & kLargestId; }
inline int64_t stream_of(int64_t record) { return record >> kIdBits; }

struct KnownSubscriber {
  int64_t id = 0;
  int64_t stream = 0;
  uint64_t mask = 0;  // one bit
  std::string name;
  std::vector<std::string> fields;
  std::string domain;
  bool snapshot = false;
  bool quiet = false;  // takes everything as known until the baseline that is under way is done

  [[nodiscard]] std::string_view plugin() const { return std::string_view(name).substr(0, name.find('/')); }
};

struct KnownStream {
  int64_t id = 0;
  std::string model;                         // of a fact: "fact:scoring.score" + kOfModel + "crm.lead"
  const Layout* layout = nullptr;            // of what is kept now
  std::vector<KnownSubscriber> subscribers;  // in the stream's order

  [[nodiscard]] bool fact() const { return model.starts_with("fact:"); }
};

inline constexpr char kOfModel = '@';

class Catalog {
 public:
  // Brings the memory to what the file holds. First in every piece of work.
  void refresh(Database& in);
  // The stream as it is kept, made or changed where it differs. `dropped`: sentences about what went with a subscriber.
  // kLimit: more than 64 subscribers.
  Result<KnownStream*> ensure(Database& in, const feed::Stream& stream, std::vector<std::string>& dropped);
  // Forgets a stream with all of its rows.
  void drop(Database& in, KnownStream& stream, std::vector<std::string>& dropped);

  [[nodiscard]] KnownStream* find(std::string_view model);
  [[nodiscard]] KnownStream* find(int64_t stream);
  [[nodiscard]] const KnownSubscriber* subscriber(int64_t id) const;
  // Of this name, in every stream: a watcher of a fact has one for each model.
  [[nodiscard]] std::vector<const KnownSubscriber*> named(std::string_view name) const;
  [[nodiscard]] const Layout* layout(int64_t id) const;
  [[nodiscard]] std::map<int64_t, KnownStream>& all() { return streams_; }
  // Something of it was changed in the file.
  void touch(Database& in);

 private:
  void load(Database& in);
  void fit(Database& in, KnownStream& known, const feed::Stream& wanted, std::vector<std::string>& dropped);
  void remove(Database& in, const KnownSubscriber& gone, std::vector<std::string>& dropped);
  uint64_t fresh_bit(Database& in, int64_t stream, int64_t whose);
  const Layout* layout_for(Database& in, int64_t stream, const std::vector<std::string>& fields);

  int64_t mark_ = -1;
  std::map<int64_t, KnownStream> streams_;
  std::map<int64_t, std::unique_ptr<Layout>> layouts_;
};

}  // namespace outrigger::host
