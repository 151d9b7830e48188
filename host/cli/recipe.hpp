// What the instances of one plugin on one database are made of, as it was when it was looked up and checked.
//
//     recipe.configure(settings);                        // also what the settings allow it
//     Supervisor::Maker make = recipe.maker();
//     const Recipe* made_from = Recipe::of(make);        // to make the same again with other settings
//
// Threads: a maker may be called from any.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "host/cli/facilities.hpp"
#include "host/grants/grant.hpp"
#include "host/plugins/manifest.hpp"
#include "host/plugins/supervisor.hpp"
#include "host/process/process_instance.hpp"
#include "host/services/live_session.hpp"
#include "host/services/log.hpp"

namespace outrigger::host {

// What an instance may do, which its settings decide with; they may change while it works, and the admin may take it
// away: null then.
class LiveGrant {
 public:
  explicit LiveGrant(std::shared_ptr<const Grant> grant) : now_(std::move(grant)) {}
  [[nodiscard]] std::shared_ptr<const Grant> get() const {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  void put(std::shared_ptr<const Grant> grant) {
    const std::lock_guard lock(mutex_);
    now_.swap(grant);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Grant> now_;
};

// The grants of all instances, those of commands under way included: what is taken away is gone at once.
class LiveGrants {
 public:
  void add(const std::string& database, const std::string& plugin, const std::shared_ptr<LiveGrant>& grant);
  // For every instance of the plugin on the database. Null: it may do nothing any more.
  void put(const std::string& database, const std::string& plugin, const std::shared_ptr<const Grant>& grant);

 private:
  std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::vector<std::weak_ptr<LiveGrant>>> all_;
};

struct Recipe {
  Manifest manifest;  // with the library in the cache
  std::string database;
  uint32_t roles = 0;
  Permissions permissions;
  std::shared_ptr<LiveSession> session;
  Facilities* facilities = nullptr;
  Facilities::Guest guest;  // without may_reach, which follows the grant
  Log* log = nullptr;
  bool inproc = false;
  RunnerOptions runner;
  // Set by configure(); copies of a recipe share the grant.
  Document settings;
  std::shared_ptr<LiveGrant> live;

  // After the rest: these settings, and a grant of their own.
  void configure(Document chosen);
  [[nodiscard]] Supervisor::Maker maker() const;
  // What maker() made this one from; null: it is not ours. Lives as long as the maker.
  static const Recipe* of(const Supervisor::Maker& maker);
  [[nodiscard]] Result<std::unique_ptr<Instance>> make(bool standby) const;
};

}  // namespace outrigger::host
