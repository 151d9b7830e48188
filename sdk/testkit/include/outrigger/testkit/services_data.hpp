// Store, shared facts, schedule, web and secrets of a FakeHost. Included by services.hpp.
#pragma once

#include "services.hpp"

namespace outrigger::testkit {

inline void HostTables::make_store() {
  begin(store_);
  store_.get = [](void* ctx, const or_value* keys, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("store.get", reply, error, [&] { return at(ctx).services_.store.read(*keys); });
  };
  store_.scan = [](void* ctx, or_str from, or_str to, uint32_t flags, int64_t limit, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("store.scan", reply, error, [&] {
      return at(ctx).services_.store.scan(std::string(from_abi(from)), std::string(from_abi(to)), flags, limit);
    });
  };
  store_.commit = [](void* ctx, const or_store_commit* commit, or_error* error) {
    HostTables& self = at(ctx);
    return self.port_.perform("store.commit", error, [&]() -> Result<void> {
      if (Result<void> ok =
              self.port_.admit("store.commit", commit->expected, commit->changes, commit->delivery, commit->outcome);
          !ok)
        return ok;
      return self.services_.store.commit(*commit);
    });
  };
  store_.info = [](void* ctx, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("store.info", reply, error, [&] { return at(ctx).services_.store.info(); });
  };
}

inline void HostTables::make_shared() {
  begin(shared_);
  shared_.publish = [](void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t count, const or_value* values,
                       or_error* error) {
    HostTables& self = at(ctx);
    return self.port_.perform("shared.publish", error, [&]() -> Result<void> {
      if (Result<void> ok = self.port_.admit("shared.publish", fact, model); !ok) return ok;
      for (uint64_t i = 0; i < count; ++i) {
        if (Result<void> ok = self.port_.admit("shared.publish", &values[i]); !ok) return ok;
        self.services_.shared.publish(std::string(from_abi(fact)), std::string(from_abi(model)), ids[i],
                                      Value(values[i]));
      }
      return {};
    });
  };
  shared_.read = [](void* ctx, or_str fact, or_str model, const int64_t* ids, uint64_t count, or_doc* reply,
                    or_error* error) {
    return at(ctx).port_.give("shared.read", reply, error, [&] {
      return at(ctx).services_.shared.read(std::string(from_abi(fact)), std::string(from_abi(model)), ids, count);
    });
  };
}

inline void HostTables::make_schedule() {
  begin(schedule_);
  schedule_.set = [](void* ctx, or_str job, const or_schedule_when* when, or_error* error) {
    HostTables& self = at(ctx);
    return self.port_.perform("schedule.set", error, [&]() -> Result<void> {
      if (Result<void> ok = self.port_.admit("schedule.set", job, when->cron, when->zone); !ok) return ok;
      return self.services_.schedule.set(std::string(from_abi(job)), *when);
    });
  };
  schedule_.cancel = [](void* ctx, or_str job, or_error* error) {
    return at(ctx).port_.perform("schedule.cancel", error, [&]() -> Result<void> {
      at(ctx).services_.schedule.cancel(std::string(from_abi(job)));
      return {};
    });
  };
  schedule_.run_now = [](void* ctx, or_str job, or_error* error) {
    return at(ctx).port_.perform("schedule.run_now", error, [&]() -> Result<void> {
      at(ctx).services_.schedule.ask(std::string(from_abi(job)));
      return {};
    });
  };
  schedule_.list = [](void* ctx, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("schedule.list", reply, error, [&] { return at(ctx).services_.schedule.list(); });
  };
}

inline void HostTables::make_web() {
  begin(http_);
  http_.request = [](void* ctx, const or_http_request* request, or_doc* reply, or_error* error) {
    HostTables& self = at(ctx);
    return self.port_.give("http.request", reply, error, [&]() -> Result<Document> {
      if (Result<void> ok = self.port_.admit("http.request", request->method, request->url, request->headers,
                                             request->secret, request->secret_as);
          !ok)
        return ok.error();
      return self.services_.http.request(*request);
    });
  };
  begin(secrets_);
  secrets_.put = [](void* ctx, or_str name, or_str value, int64_t expires, or_error* error) {
    return at(ctx).port_.perform("secrets.put", error, [&]() -> Result<void> {
      at(ctx).services_.secrets.put(std::string(from_abi(name)), std::string(from_abi(value)), expires);
      return {};
    });
  };
  secrets_.rotate = [](void* ctx, or_str name, or_str value, int64_t expires, or_error* error) {
    return at(ctx).port_.perform("secrets.rotate", error, [&]() -> Result<void> {
      FakeSecrets& secrets = at(ctx).services_.secrets;
      const std::string text(from_abi(name));
      if (!secrets.has(text)) return Error{Code::kMissing, "there is no secret " + text, Source::kHost};
      secrets.put(text, std::string(from_abi(value)), expires);
      return {};
    });
  };
  secrets_.erase = [](void* ctx, or_str name, or_error* error) {
    return at(ctx).port_.perform("secrets.erase", error, [&]() -> Result<void> {
      at(ctx).services_.secrets.erase(std::string(from_abi(name)));
      return {};
    });
  };
  secrets_.list = [](void* ctx, or_doc* reply, or_error* error) {
    return at(ctx).port_.give("secrets.list", reply, error, [&] { return at(ctx).services_.secrets.list(); });
  };
}

}  // namespace outrigger::testkit
