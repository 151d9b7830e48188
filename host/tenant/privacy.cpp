#include "host/tenant/privacy.hpp"

#include <algorithm>
#include <cctype>

#include "integration/writes/digest.hpp"

namespace outrigger::host {
namespace {

constexpr size_t kMost = 100'000;
constexpr int kMostRounds = 4;
constexpr std::string_view kLetter = "webhook";  // stands for a model; as in `outrigger events`

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

bool named_as_link(std::string_view field) {
  return field == "author_id" || field.ends_with("partner_id") || field.ends_with("partner_ids");
}

bool links_to(Value value, const std::set<int64_t>& ids) {
  if (const auto id = value.as_integer()) return ids.count(*id) != 0;
  if (!value.is_array()) return false;
  for (const Value one : value.items())
    if (const auto id = one.as_integer(); id && ids.count(*id) != 0) return true;
  return false;
}

std::string lower(std::string_view text) {
  std::string small(text);
  std::transform(small.begin(), small.end(), small.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return small;
}

// The address itself, one of several, or "Anna <anna@example.com>".
bool has_address(Value value, const std::string& address) {
  if (address.empty() || value.kind() != Kind::kString || value.text().size() < address.size()) return false;
  const std::string text = lower(value.text());
  const auto ends = [](char c) {
    return c == ' ' || c == ',' || c == ';' || c == '<' || c == '>' || c == '"' || c == '\t';
  };
  for (size_t at = text.find(address); at != std::string::npos; at = text.find(address, at + 1)) {
    const size_t end = at + address.size();
    if ((at == 0 || ends(text[at - 1])) && (end == text.size() || ends(text[end]))) return true;
  }
  return false;
}

bool of_address(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || std::string_view(".-_+").find(c) != std::string_view::npos;
}

// In whatever form: JSON, a form's fields, XML. A form has %40 for the @.
bool mentions(std::string_view text, const std::string& address) {
  if (address.empty()) return false;
  std::string coded = address;
  if (const size_t at = coded.find('@'); at != std::string::npos) coded.replace(at, 1, "%40");
  const std::string small = lower(text);
  for (const std::string& one : {address, coded})
    for (size_t at = small.find(one); at != std::string::npos; at = small.find(one, at + 1)) {
      const size_t end = at + one.size();
      if ((at == 0 || !of_address(small[at - 1])) && (end == small.size() || !of_address(small[end]))) return true;
    }
  return false;
}

class Search {
 public:
  Search(Tenant& tenant, const Person& person)
      : tenant_(tenant), address_(lower(person.email)), contact_(person.partner) {
    if (person.partner == 0) return;
    partners_.insert(person.partner);
    add("res.partner", person.partner, "the contact");
  }

  // What is found leads to more: a contact by its address, and a message by what it is about.
  Result<Belongings> run() {
    if (Result<void> asked = ask_for_links(); !asked) return asked.error();
    for (int round = 0; round < kMostRounds; ++round) {
      const size_t before = known_.size();
      if (Result<void> looked = look(); !looked) return looked.error();
      if (known_.size() > kMost)
        return refuse(Code::kLimit, "more than " + std::to_string(kMost) +
                                        " records belong to it: is it the contact of "
                                        "the company itself?");
      if (known_.size() == before) break;
    }
    if (Result<void> trimmed = leave_out_the_unknown(); !trimmed) return trimmed.error();
    if (Result<void> read = letters(); !read) return read.error();
    found_.copies = copies();
    return std::move(found_);
  }

 private:
  Result<void> look() {
    const Result<void> kept = tenant_.journal().each_kept(
        [&](std::string_view model, int64_t id, Value fields) { look_at(model, id, fields); });
    if (!kept) return kept;
    return tenant_.intents().each_image(
        [&](int64_t, std::string_view model, int64_t id, std::string_view before, std::string_view after) {
          for (const std::string_view image : {before, after})
            look_at(model, id, writes::from_bytes(std::string(image)).root());
          return true;
        });
  }

  // What others posted to plugins, and no plugin has taken yet.
  Result<void> letters() {
    if (address_.empty()) return {};
    return tenant_.inbox().each([&](int64_t number, std::string_view query, std::string_view body) {
      if (mentions(body, address_) || mentions(query, address_)) add(kLetter, number, "the body");
    });
  }

  // The contact that was asked for is looked at in any case, since a plugin may keep something of it.
  Result<void> leave_out_the_unknown() {
    if (contact_ == 0 || contact_seen_) return {};
    for (const Result<Document>& kept : {tenant_.store().export_record("res.partner", contact_),
                                         tenant_.intents().export_record("res.partner", contact_)}) {
      if (!kept) return kept.error();
      if (kept->root().size() != 0) return {};
    }
    std::erase_if(found_.records,
                  [&](const Belonging& one) { return one.model == "res.partner" && one.id == contact_; });
    return {};
  }

  void look_at(std::string_view model, int64_t id, Value fields) {
    // A record that was forgotten keeps its row, with nothing in it.
    if (fields.fields().size() == 0) return;
    contact_seen_ = contact_seen_ || (id == contact_ && model == "res.partner");
    if (known_.count({std::string(model), id}) != 0) return;
    if (model == "res.partner" && partners_.count(id) != 0) return add(model, id, "the contact");
    const auto links = links_.find(model);
    // Who works for a company is a person of their own.
    const bool may_link = model != "res.partner";
    for (const Field field : fields.fields()) {
      const bool is_link =
          may_link && (named_as_link(field.key) || (links != links_.end() && links->second.count(field.key) != 0));
      if ((is_link && links_to(field.value, partners_)) || has_address(field.value, address_))
        return add(model, id, std::string(field.key));
    }
    const int64_t about = fields["res_id"].integer();
    for (const char* key : {"model", "res_model"}) {
      const std::string of(fields[key].text());
      if (about == 0 || of.empty() || known_.count({of, about}) == 0) continue;
      return add(model, id, "res_id of " + of + " " + std::to_string(about));
    }
  }

  void add(std::string_view model, int64_t id, const std::string& why) {
    if (!known_.insert({std::string(model), id}).second) return;
    if (model == "res.partner") partners_.insert(id);
    found_.records.push_back({std::string(model), id, why});
  }

  // Before the rows are read, since nobody can read meanwhile: which fields relate to contacts, as Odoo knows it.
  Result<void> ask_for_links() {
    const std::shared_ptr<odoo::Session> session = tenant_.session();
    if (session == nullptr) return {};
    for (const Result<std::vector<std::string>>& models : {tenant_.journal().models(), tenant_.intents().models()}) {
      if (!models) return models.error();
      for (const std::string& model : *models) {
        if (links_.count(model) != 0) continue;
        std::set<std::string, std::less<>>& links = links_[model];
        const auto fields = session->fields(model);
        if (!fields) continue;
        found_.asked_odoo = true;
        for (const Field field : (*fields)->root().fields())
          if (field.value["relation"].text() == "res.partner") links.emplace(field.key);
      }
    }
    return {};
  }

  [[nodiscard]] std::vector<std::string> copies() const {
    namespace fs = std::filesystem;
    std::vector<std::string> found;
    std::error_code none;
    const fs::path folder = tenant_.file().path().parent_path();
    for (const auto& entry : fs::directory_iterator(folder, none))
      if (entry.path().filename().string().starts_with("journal.db.before-")) found.push_back(entry.path().string());
    for (const auto& entry : fs::directory_iterator(folder.parent_path().parent_path(), none)) {
      if (!entry.path().filename().string().starts_with("before-restore-")) continue;
      const fs::path journal = entry.path() / "databases" / folder.filename() / "journal.db";
      if (fs::exists(journal, none)) found.push_back(journal.string());
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  Tenant& tenant_;
  const std::string address_;
  const int64_t contact_;  // 0: asked for by an address
  bool contact_seen_ = false;
  std::set<int64_t> partners_;
  std::set<std::pair<std::string, int64_t>> known_;
  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> links_;
  Belongings found_;
};

Result<Document> find_request(Tenant& tenant, Value request) {
  const Person person{request["partner"].integer(), std::string(request["email"].text())};
  if (person.partner <= 0 && person.email.empty())
    return refuse(Code::kInvalid, "name a person: the id of a contact, or an e-mail address");
  const Result<Belongings> found = find_belongings(tenant, person);
  if (!found) return found.error();
  return Document::build([&](Arena& arena) {
    std::vector<Value> records;
    for (const Belonging& one : found->records)
      records.push_back(arena.object({{"model", arena.text(one.model)}, {"id", one.id}, {"why", arena.text(one.why)}}));
    std::vector<Value> copies;
    for (const std::string& copy : found->copies) copies.push_back(arena.text(copy));
    return arena.object({{"database", arena.text(tenant.database())},
                         {"records", arena.array(records)},
                         {"asked_odoo", found->asked_odoo},
                         {"copies", arena.array(copies)}});
  });
}

}  // namespace

Result<Belongings> find_belongings(Tenant& tenant, const Person& person) { return Search(tenant, person).run(); }

Result<Document> export_belonging(Tenant& tenant, std::string_view model, int64_t id) {
  if (model == kLetter) {
    const Result<Document> letter = tenant.inbox().export_letter(id);
    if (!letter) return letter.error();
    return Document::build([&](Arena& arena) {
      const Value none = arena.array(std::vector<Value>());
      return arena.object({{"kept", arena.copy(letter->root())}, {"store", none}, {"writes", none}});
    });
  }
  const Result<Document> kept = tenant.journal().export_record(model, id);
  if (!kept) return kept.error();
  const Result<Document> store = tenant.store().export_record(model, id);
  if (!store) return store.error();
  const Result<Document> writes = tenant.intents().export_record(model, id);
  if (!writes) return writes.error();
  return Document::build([&](Arena& arena) {
    const auto list = [&](const Document& of) {
      return of.root().is_array() ? arena.copy(of.root()) : arena.array(std::vector<Value>());
    };
    return arena.object({{"kept", list(*kept)}, {"store", list(*store)}, {"writes", list(*writes)}});
  });
}

Result<Document> erase_belonging(Tenant& tenant, std::string_view model, int64_t id) {
  if (model == kLetter) {
    const Result<size_t> letters = tenant.inbox().erase_letter(id);
    if (!letters) return letters.error();
    return Document::build([&](Arena& arena) {
      return arena.object({{"kept", static_cast<int64_t>(*letters)}, {"store", 0}, {"writes", 0}, {"open", 0}});
    });
  }
  const Result<size_t> kept = tenant.journal().erase_record(model, id);
  if (!kept) return kept.error();
  const Result<size_t> store = tenant.store().erase_record(model, id);
  if (!store) return store.error();
  const Result<Intents::Erased> writes = tenant.intents().erase(model, id);
  if (!writes) return writes.error();
  return Document::build([&](Arena& arena) {
    return arena.object({{"kept", static_cast<int64_t>(*kept)},
                         {"store", static_cast<int64_t>(*store)},
                         {"writes", writes->images},
                         {"open", writes->open}});
  });
}

Result<Document> privacy_request(Tenant& tenant, Value request) {
  const std::string_view what = request["do"].text();
  if (what == "privacy.find") return find_request(tenant, request);
  const std::string_view model = request["model"].text();
  const int64_t id = request["id"].integer();
  if (model.empty() || id <= 0) return refuse(Code::kInvalid, "name a record: its model and its id");
  return what == "privacy.export" ? export_belonging(tenant, model, id) : erase_belonging(tenant, model, id);
}

}  // namespace outrigger::host
