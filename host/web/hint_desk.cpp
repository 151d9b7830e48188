#include "host/web/hint_desk.hpp"

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "host/web/token.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

using Key = std::pair<std::string, std::string>;  // database, model

struct Waiting {
  std::set<int64_t> ids;
  bool all = false;
  uint64_t received = 0;
  int64_t last = 0;
};

struct Hint {
  std::string model;
  int64_t id = 0;  // 0: it names none
};

bool is_model(std::string_view name) {
  constexpr size_t kLongest = 128;
  return !name.empty() && name.size() <= kLongest && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.';
  });
}

bool read_hint(const std::string& body, Hint& hint) {
  const Result<Document> json = value::read_json(body);
  if (!json || !json->root().is_object()) return false;
  hint.model = json->root()["_model"].text();
  hint.id = json->root()["_id"].integer();
  return is_model(hint.model) && hint.id >= 0 && hint.id <= INT32_MAX;  // as many as Odoo has
}

HttpResponse answer(HintDesk::Verdict verdict) {
  switch (verdict) {
    case HintDesk::Verdict::kTaken: return HttpResponse::text(200, "Taken.");
    case HintDesk::Verdict::kToken: return HttpResponse::text(404, "There is nothing here.");
    case HintDesk::Verdict::kBody: return HttpResponse::text(400, "This names no record.");
    case HintDesk::Verdict::kSize: return HttpResponse::text(413, "This is too long.");
    case HintDesk::Verdict::kFull: break;
  }
  return HttpResponse::text(503, "Too much waits already.");
}

}  // namespace

struct HintDesk::State {
  explicit State(Options the_options) : options(std::move(the_options)) {}

  // Every token is compared, so that the time tells nothing of which one was near.
  [[nodiscard]] std::string database_of(std::string_view token) const {
    std::string found;
    for (const Admission& admission : admissions)
      for (const std::string& each : admission.tokens)
        if (same_secret(token, each)) found = admission.database;
    return found;
  }

  Verdict judge(const HttpRequest& request, std::string& database) {
    constexpr size_t kPrefix = std::string_view(kPath).size();
    const std::string_view path = request.path;
    const std::lock_guard lock(mutex);
    database = path.size() > kPrefix ? database_of(path.substr(kPrefix)) : std::string();
    if (database.empty()) return Verdict::kToken;
    if (request.body.size() > kMostBytes) return Verdict::kSize;
    Hint hint;
    if (!read_hint(request.body, hint)) return Verdict::kBody;
    const Key key{database, hint.model};
    if (waiting.count(key) == 0 && waiting.size() >= kMostModels) return Verdict::kFull;
    Waiting& place = waiting[key];
    ++place.received;
    place.last = options.now();
    if (hint.id == 0 || place.ids.size() >= kMostRecords) place.all = true;
    if (!place.all) place.ids.insert(hint.id);
    came.notify_one();
    return Verdict::kTaken;
  }

  void note(const Key& key, const Waiting& taken, bool watched) {
    HintDesk::Figures& all = heard[key.first];
    all.received += taken.received;
    all.last = std::max(all.last, taken.last);
    if (!watched) {
      all.unwatched += taken.received;
      return;
    }
    auto at = std::find_if(all.models.begin(), all.models.end(),
                           [&](const ModelFigures& each) { return each.model == key.second; });
    if (at == all.models.end()) {
      if (all.models.size() >= kMostModels) return;
      at = all.models.insert(at, ModelFigures{key.second, 0, 0});
    }
    at->received += taken.received;
    at->last = taken.last;
  }

  void run(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    while (came.wait(lock, stop, [this] { return !waiting.empty(); })) {
      if (stop.stop_requested()) return;
      const auto node = waiting.extract(waiting.begin());
      const Waiting& taken = node.mapped();
      lock.unlock();
      std::vector<int64_t> ids;
      if (!taken.all) ids.assign(taken.ids.begin(), taken.ids.end());
      const bool watched = options.hear(node.key().first, node.key().second, ids);
      lock.lock();
      note(node.key(), taken, watched);
    }
  }

  const Options options;
  mutable std::mutex mutex;  // of what follows
  std::condition_variable_any came;
  std::vector<Admission> admissions;
  std::map<Key, Waiting> waiting;
  std::map<std::string, HintDesk::Figures> heard;
  uint64_t refused = 0;
  std::jthread thread;
};

HintDesk::HintDesk(Options options) : state_(std::make_unique<State>(std::move(options))) {
  state_->thread = std::jthread([raw = state_.get()](const std::stop_token& stop) { raw->run(stop); });
}

HintDesk::~HintDesk() { stop(); }

void HintDesk::stop() {
  state_->thread.request_stop();
  if (state_->thread.joinable()) state_->thread.join();
}

void HintDesk::admit(std::vector<Admission> admissions) {
  const std::lock_guard lock(state_->mutex);
  state_->admissions = std::move(admissions);
}

HttpResponse HintDesk::take(const HttpRequest& request) {
  std::string database;
  const Verdict verdict = state_->judge(request, database);
  if (verdict != Verdict::kTaken) {
    database.clear();
    const std::lock_guard lock(state_->mutex);
    ++state_->refused;
  }
  if (state_->options.count) state_->options.count(verdict, database);
  return answer(verdict);
}

HintDesk::Figures HintDesk::figures(const std::string& database) const {
  const std::lock_guard lock(state_->mutex);
  Figures figures;
  if (const auto at = state_->heard.find(database); at != state_->heard.end()) figures = at->second;
  figures.refused = state_->refused;
  figures.admitted = std::any_of(state_->admissions.begin(), state_->admissions.end(), [&](const Admission& each) {
    return each.database == database && !each.tokens.empty();
  });
  return figures;
}

}  // namespace outrigger::host
