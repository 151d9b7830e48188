#include "host/plugins/subscription.hpp"

#include <algorithm>

#include "host/config/json_tree.hpp"
#include "host/grants/parse.hpp"
#include "host/grants/policy.hpp"
#include "integration/domain/domain.hpp"
#include "integration/value/json.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kMost = 32;
constexpr std::string_view kKeys[] = {"name", "model", "fields", "domain", "initial"};
constexpr std::string_view kAskKeys[] = {"any", "optional"};

class Reader {
 public:
  Reader(Value json, std::string where, const Permissions& asked)
      : json_(json), where_(std::move(where)), asked_(asked) {}

  Result<Subscription> run() {
    if (Result<void> known = parse::check_keys(json_, where_, kKeys); !known) return known.error();
    for (const auto step : {&Reader::names, &Reader::fields, &Reader::domain, &Reader::initial})
      if (Result<void> done = (this->*step)(); !done) return done.error();
    return std::move(result_);
  }

 private:
  [[nodiscard]] Error invalid(const std::string& what) const { return parse::invalid(where_ + what); }

  Result<void> names() {
    result_.name = json_["name"].text();
    result_.model = json_["model"].text();
    if (!parse::is_plain(result_.name, 64) || result_.name.empty() || result_.name.find('/') != std::string::npos)
      return invalid(".name must be a short text without /");
    if (result_.is_fact()) {
      const std::string fact = result_.model.substr(5);
      const bool asked = std::find(asked_.read_facts.begin(), asked_.read_facts.end(), fact) != asked_.read_facts.end();
      return asked ? Result<void>() : invalid(".model: add " + parse::ticked(fact) + " to permissions.shared.read");
    }
    if (!is_model_name(result_.model)) return invalid(".model must be the name of a model such as crm.lead");
    return {};
  }

  Result<void> fields() {
    const Value list = json_["fields"];
    if (result_.is_fact()) return list.is_null() ? Result<void>() : invalid(".fields: a fact has none; leave it out");
    if (!list.is_array() || list.size() == 0) return invalid(".fields must be a list of field names, not empty");
    for (const Value item : list.items()) {
      FieldAsk ask;
      if (Result<void> read = field(item, ask); !read) return read;
      result_.fields.push_back(std::move(ask));
    }
    return {};
  }

  Result<void> field(Value item, FieldAsk& ask) const {
    if (item.is_string()) {
      ask.names.emplace_back(item.text());
    } else {
      if (Result<void> known = parse::check_keys(item, where_ + ".fields", kAskKeys); !known) return known;
      for (const Value name : item["any"].items()) ask.names.emplace_back(name.text());
      ask.optional = item["optional"].truthy();
    }
    if (ask.names.empty()) return invalid(".fields: a field is a text, or {\"any\": [names], \"optional\": true}");
    const ModelPermission* model = asked_.model(result_.model);
    for (const std::string& name : ask.names)
      if (model == nullptr || !model->may_read(name))
        return invalid(".fields: " + parse::ticked(name) + " is not asked for; add it to permissions.odoo[\"" +
                       result_.model + "\"].read");
    return {};
  }

  Result<void> domain() {
    const Value json = json_["domain"];
    if (json.is_null()) return {};
    if (result_.is_fact()) return invalid(".domain: a fact has none; leave it out");
    const Result<domain::Domain> read =
        json.is_string() ? domain::Domain::parse(json.text()) : domain::Domain::parse(json);
    if (!read) return invalid(".domain: " + read.error().message);
    Arena arena;
    result_.domain = value::to_json(read->to_value(arena));
    return {};
  }

  Result<void> initial() {
    const Value initial = json_["initial"];
    if (!initial.is_null() && initial.text() != "none" && initial.text() != "snapshot")
      return invalid(".initial must be none or snapshot");
    result_.snapshot = initial.text() == "snapshot";
    return {};
  }

  Value json_;
  std::string where_;
  const Permissions& asked_;
  Subscription result_;
};

}  // namespace

Result<std::vector<Subscription>> read_subscriptions(Value manifest, const Permissions& asked) {
  const Value list = manifest["subscriptions"];
  std::vector<Subscription> result;
  if (!list.is_null() && !list.is_array()) return parse::invalid("subscriptions must be a list");
  if (list.size() > kMost) return parse::invalid("there are more than " + std::to_string(kMost) + " subscriptions");
  for (const Value item : list.items()) {
    Result<Subscription> one = Reader(item, "subscriptions[" + std::to_string(result.size()) + "]", asked).run();
    if (!one) return one.error();
    for (const Subscription& other : result)
      if (other.name == one->name) return parse::invalid("the subscription " + one->name + " is declared twice");
    result.push_back(*std::move(one));
  }
  return result;
}

Result<feed::Subscriber> resolve(const Subscription& subscription, std::string_view plugin,
                                 const std::function<bool(std::string_view field)>& has) {
  feed::Subscriber result;
  result.name = std::string(plugin) + "/" + subscription.name;
  result.domain = subscription.domain;
  result.snapshot = subscription.snapshot;
  for (const FieldAsk& ask : subscription.fields) {
    const auto at = std::find_if(ask.names.begin(), ask.names.end(), has);
    if (at != ask.names.end()) {
      if (std::find(result.fields.begin(), result.fields.end(), *at) == result.fields.end())
        result.fields.push_back(*at);
      continue;
    }
    if (!ask.optional)
      return Error{Code::kUnsupported,
                   "plugin " + std::string(plugin) + " needs the field " + subscription.model + "." +
                       ask.names.front() + ", which this Odoo does not have: install the app that brings it",
                   Source::kHost, Effect::kNone, -1};
  }
  return result;
}

}  // namespace outrigger::host
