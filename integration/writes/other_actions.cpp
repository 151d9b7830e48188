// unlink, message_post and named methods.
#include <algorithm>

#include "integration/writes/action.hpp"

namespace outrigger::writes {
namespace {

Error refuse(Code code, std::string message) { return {code, std::move(message), Source::kHost, Effect::kNone, -1}; }

class UnlinkAction final : public Action {
 public:
  using Action::Action;

  Result<bool> prepare(const Request& request) override {
    if (request.ids.empty()) return refuse(Code::kInvalid, "unlink was given no ids");
    Result<std::vector<int64_t>> there = work_.present(request.ids);
    if (!there) return there.error();
    left_ = *there;
    work_.counts.records_avoided += request.ids.size() - left_.size();
    if (left_.empty()) return false;
    Result<std::vector<std::string>> names = work_.image_fields();
    if (!names) return names.error();
    names->emplace_back("display_name");
    if (Result<void> read = work_.read(left_, *names, before_); !read) return read.error();
    return true;
  }
  Result<void> restore(Value state, const std::vector<Image>&) override {
    left_ = ids_of(state["ids"]);
    return {};
  }
  Value state(Arena& arena) const override { return arena.object({{"ids", arena.ids(left_)}}); }
  std::vector<Image> before() const override {
    std::vector<Image> images;
    for (const int64_t id : left_) images.push_back(image(id, before_.of(id), {}));
    return images;
  }
  Outcome send() override {
    const Result<Document> sent = work_.send("unlink", left_, {}, {}, work_.context);
    if (sent) return {};
    Outcome outcome = outcome_of(sent.error());
    // Another one was faster with a part of them, and then Odoo deletes none: look what is left.
    if (sent.error().code == Code::kMissing) outcome.kind = Outcome::Kind::kLost;
    return outcome;
  }
  Outcome look() override {
    Result<std::vector<int64_t>> there = work_.present(left_);
    if (!there) return {Outcome::Kind::kLost, there.error()};
    left_ = *there;
    return {left_.empty() ? Outcome::Kind::kDone : Outcome::Kind::kNotDone};
  }
  [[nodiscard]] bool resend_at_once() const override { return true; }
  Result<Document> finish(std::vector<Image>&) override {
    work_.counts.records += before_.all().size();
    return Document();
  }

 private:
  std::vector<int64_t> left_;
  Rows before_;
};

// Before 17 a body is HTML, whatever it is.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '\n')
      out += "<br/>";
    else
      out += c;
  }
  return out;
}

class MessageAction final : public Action {
 public:
  using Action::Action;

  Result<bool> prepare(const Request& request) override {
    if (request.ids.size() != 1) return refuse(Code::kInvalid, "a message is posted on one record");
    id_ = request.ids.front();
    body_ = request.values["body"].text();
    html_ = request.values["html"].truthy();
    return true;
  }
  Result<void> restore(Value state, const std::vector<Image>&) override {
    id_ = state["id"].integer();
    body_ = state["body"].text();
    html_ = state["html"].truthy();
    return {};
  }
  Value state(Arena& arena) const override {
    return arena.object({{"id", id_}, {"body", arena.text(body_)}, {"html", html_}});
  }
  Outcome send() override {
    Arena arena;
    const bool says_html = work_.remote.major() >= 17;
    const std::string body = html_ || says_html ? body_ : escaped(body_);
    std::vector<Field> named{{"body", Value::of(std::string_view(body))},
                             {"message_id", Value::of(std::string_view(work_.anchor))}};
    if (html_ && says_html) named.push_back({"body_is_html", Value::of(true)});
    const Result<Document> sent =
        work_.send("message_post", std::vector<int64_t>{id_}, {}, arena.object(named), work_.context);
    if (!sent) return outcome_of(sent.error());
    message_ = sent->root().integer();
    return {};
  }
  Outcome look() override {
    Arena arena;
    transport::Call search{.model = "mail.message", .method = "search", .read_only = true};
    search.args =
        arena.array({arena.array({arena.array({"message_id", "=", Value::of(std::string_view(work_.anchor))})})});
    const Result<Document> found = work_.remote.call(search, work_.call);
    if (!found) return {Outcome::Kind::kLost, found.error()};
    if (found->root().size() == 0) return {Outcome::Kind::kNotDone};
    message_ = found->root().integer();
    return {};
  }
  // Odoo does not keep message ids unique: while the first may still be at work, a second would be a second message.
  [[nodiscard]] bool resend_at_once() const override { return false; }
  Result<Document> finish(std::vector<Image>& after) override {
    ++work_.counts.records;
    Arena arena;
    after.push_back(image(id_, {}, arena.object({{"message", message_}})));
    return Document(nullptr, Value::of(message_));
  }

 private:
  int64_t id_ = 0;
  std::string body_;
  bool html_ = false;
  int64_t message_ = 0;
};

class MethodAction final : public Action {
 public:
  explicit MethodAction(Work& work) : Action(work), method_(find_method(work.model, work.method)) {}

  Result<bool> prepare(const Request& request) override {
    ids_ = request.ids;
    args_ = arena_.copy(request.values);
    if (ids_.empty()) return true;
    if (Result<void> read = this->read(before_); !read) return read.error();
    if (method_ == nullptr || !all_hold(before_)) return true;
    work_.counts.records_avoided += ids_.size();
    return false;
  }
  Result<void> restore(Value state, const std::vector<Image>& images) override {
    ids_ = ids_of(state["ids"]);
    args_ = arena_.copy(state["args"]);
    for (const Image& image : images) before_.add(image.id, from_bytes(image.before).root());
    return {};
  }
  Value state(Arena& arena) const override { return arena.object({{"ids", arena.ids(ids_)}, {"args", args_}}); }
  std::vector<Image> before() const override {
    std::vector<Image> images;
    for (const int64_t id : ids_) images.push_back(image(id, before_.of(id), {}));
    return images;
  }
  Outcome send() override {
    Result<Document> sent =
        work_.send(work_.method, ids_.empty() ? std::nullopt : std::optional(ids_), {}, args_, work_.context);
    if (!sent) return outcome_of(sent.error());
    reply_ = *std::move(sent);
    // Odoo may ask back with a wizard, with status 200 and nothing done.
    const std::string_view asks = reply_.root()["type"].text();
    if (method_ == nullptr || asks.substr(0, 11) != "ir.actions.") return {};
    Rows now;
    if (const Result<void> read = this->read(now); !read || all_hold(now)) return {};
    return {Outcome::Kind::kRefused,
            {Code::kValidation,
             work_.model + "." + work_.method + " did nothing but ask back (" +
                 std::string(reply_.root()["res_model"].text()) +
                 "): answer it by a context key that the grant allows, or by hand",
             Source::kOdoo, Effect::kNone, -1}};
  }
  Outcome look() override {
    if (method_ == nullptr || ids_.empty()) return {Outcome::Kind::kUnknowable};
    Rows now;
    if (const Result<void> read = this->read(now); !read) return {Outcome::Kind::kLost, read.error()};
    return {all_hold(now) ? Outcome::Kind::kDone : Outcome::Kind::kNotDone};
  }
  [[nodiscard]] bool resend_at_once() const override { return method_ != nullptr && method_->repeatable; }
  Result<Document> finish(std::vector<Image>& after) override {
    work_.counts.records += ids_.size();
    Rows now;
    if (!ids_.empty() && this->read(now))
      for (const int64_t id : ids_) after.push_back(image(id, before_.of(id), now.of(id)));
    return reply_;
  }

 private:
  Result<void> read(Rows& rows) const {
    Result<std::vector<std::string>> names = work_.image_fields();
    if (!names) return names.error();
    if (method_ != nullptr)
      for (const std::string_view name : method_->reads) names->emplace_back(name);
    const Result<std::vector<std::string>> once = work_.existing(*names);
    if (!once) return once.error();
    if (once->empty() && method_ == nullptr) return {};
    return work_.read(ids_, once->empty() ? std::vector<std::string>{"id"} : *once, rows);
  }
  bool all_hold(const Rows& now) const {
    return std::all_of(ids_.begin(), ids_.end(),
                       [&](int64_t id) { return method_->holds(before_.of(id), now.of(id), args_); });
  }

  const Method* method_;
  Arena arena_;
  std::vector<int64_t> ids_;
  Value args_;
  Rows before_;
  Document reply_;
};

}  // namespace

std::unique_ptr<Action> make_unlink_action(Work& work) { return std::make_unique<UnlinkAction>(work); }
std::unique_ptr<Action> make_message_action(Work& work) { return std::make_unique<MessageAction>(work); }
std::unique_ptr<Action> make_method_action(Work& work) { return std::make_unique<MethodAction>(work); }

}  // namespace outrigger::writes
