// Pages for people, at /p/PLUGIN/...: the plugin says what stands on them, the host renders and escapes it.
//
//     Result<Page> on_page(const PageRequest& request) override {
//       if (request.is_post()) return Page::redirect("queue");
//       Page page("Waiting leads");
//       page.figures({{"Waiting", "12"}, {"Oldest", "3 days"}});
//       page.table({"Lead", "Since"}).row({Cell("Anna", "lead/42"), "Monday"}).row({"Ben", "Tuesday"});
//       page.form("assign", "Assign").field({.name = "team", .label = "Team", .required = true});
//       page.link("All leads", "leads");
//       return page;
//     }
//
// Paths are within the plugin's own pages. A Page copies what it is given; a PageRequest is borrowed until on_page
// returns. Threads: the instance's own.
//
// As it crosses, each block is an object: {block: "heading" | "text", text}, {block: "note", level: "ok" | "warn" |
// "fail", text}, {block: "link", text, to}, {block: "figures", figures: [{label, value}]}, {block: "table", columns:
// [text], rows: [[cell]]} with cells as scalars or {text, to}, and {block: "form", to, submit, fields: [{name, label,
// type, value, required, help, options: [{value, text}]}]}.
#pragma once

#include <initializer_list>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "abi/pages.h"
#include "arena.hpp"
#include "value.hpp"

namespace outrigger {
inline namespace v1 {

class PageRequest {
 public:
  // REQUIRES: request outlives *this.
  explicit PageRequest(const or_page_request& request) : request_(request) {}

  [[nodiscard]] std::string_view page() const { return from_abi(request_.page); }      // its name in the manifest
  [[nodiscard]] std::string_view path() const { return from_abi(request_.path); }      // what follows it
  [[nodiscard]] std::string_view method() const { return from_abi(request_.method); }  // "GET" or "POST"
  [[nodiscard]] bool is_post() const { return method() == "POST"; }  // it has been checked against forgery
  [[nodiscard]] std::string_view locale() const { return from_abi(request_.locale); }
  [[nodiscard]] std::string_view reader() const { return from_abi(request_.reader); }  // empty on a public page
  // "" when absent.
  [[nodiscard]] std::string_view query(std::string_view name) const { return query()[name].text(); }
  [[nodiscard]] std::string_view form(std::string_view name) const { return form()[name].text(); }
  [[nodiscard]] Value query() const { return request_.query == nullptr ? Value{} : Value(*request_.query); }
  [[nodiscard]] Value form() const { return request_.form == nullptr ? Value{} : Value(*request_.form); }

 private:
  const or_page_request& request_;
};

// A cell of a table: a scalar, or text that leads to another page of the plugin.
struct Cell {
  Value value;
  std::string_view to = {};
  Cell(std::string_view text, std::string_view target) : value(Value::of(text)), to(target) {}
  Cell(Item item) : value(item.value) {}  // NOLINT(google-explicit-constructor)
  template <typename T>
  requires requires(T t) { Item(t); }
  Cell(T t) : value(Item(t).value) {}                                          // NOLINT(google-explicit-constructor)
  Cell(const std::string& text) : value(Value::of(std::string_view(text))) {}  // NOLINT(google-explicit-constructor)
};

struct Figure {
  std::string_view label;
  std::string_view value;
};

struct FormField {
  std::string_view name;
  std::string_view label;
  std::string_view type = "text";  // "text", "area", "number", "date", "checkbox", "select", "hidden"
  std::string_view value = {};
  bool required = false;
  std::string_view help = {};
  std::vector<std::pair<std::string_view, std::string_view>> options = {};  // of a select: value, text
};

class Page {
 public:
  enum class Level { kOk, kWarn, kFail };
  class Table;
  class Form;

  explicit Page(std::string_view title) : Page() { title_ = arena_->keep(title); }
  // To another page of this plugin.
  static Page redirect(std::string_view path) {
    Page page;
    page.redirect_ = page.arena_->keep(path);
    page.is_redirect_ = true;
    return page;
  }
  // Anything but a page, as it is: "text/calendar", bytes.
  static Page body(std::string_view type, std::string_view bytes) {
    Page page;
    page.type_ = page.arena_->keep(type);
    page.body_ = page.arena_->bytes(bytes);
    return page;
  }

  Page& status(int code) {
    status_ = code;
    return *this;
  }
  Page& heading(std::string_view text) { return add({{"block", "heading"}, {"text", arena_->text(text)}}); }
  Page& text(std::string_view text) { return add({{"block", "text"}, {"text", arena_->text(text)}}); }
  Page& note(Level level, std::string_view text) {
    const char* word = level == Level::kOk ? "ok" : level == Level::kWarn ? "warn" : "fail";
    return add({{"block", "note"}, {"level", word}, {"text", arena_->text(text)}});
  }
  Page& link(std::string_view text, std::string_view to) {
    return add({{"block", "link"}, {"text", arena_->text(text)}, {"to", arena_->text(to)}});
  }
  Page& figures(const std::vector<Figure>& figures);
  // Rows and fields are added to what is returned. REQUIRES: the page stays where it is meanwhile.
  Table table(std::initializer_list<std::string_view> columns);
  Form form(std::string_view to, std::string_view submit);

  // As it crosses. The page is empty afterwards.
  [[nodiscard]] Document report();

 private:
  // Filled until the page is handed over.
  struct Open {
    Value block;
    const char* list = nullptr;  // "rows" or "fields"
    std::vector<Value> items = {};
  };

  Page() : arena_(std::make_shared<Arena>()) {}
  Page& add(std::initializer_list<std::pair<std::string_view, Item>> fields) {
    blocks_.push_back({arena_->object(fields)});
    return *this;
  }

  std::shared_ptr<Arena> arena_;
  std::vector<Open> blocks_;
  std::string_view title_;
  std::string_view redirect_;
  std::string_view type_;
  Value body_;
  int status_ = 200;
  bool is_redirect_ = false;
};

class Page::Table {
 public:
  Table& row(std::initializer_list<Cell> cells) { return row(std::vector<Cell>(cells)); }
  Table& row(const std::vector<Cell>& cells) {
    Arena& arena = *page_.arena_;
    std::vector<Value> values;
    values.reserve(cells.size());
    for (const Cell& cell : cells) {
      const Value text = arena.copy(cell.value);
      values.push_back(cell.to.empty() ? text : arena.object({{"text", text}, {"to", arena.text(cell.to)}}));
    }
    page_.blocks_[at_].items.push_back(arena.array(values));
    return *this;
  }

 private:
  friend class Page;
  Table(Page& page, size_t at) : page_(page), at_(at) {}
  Page& page_;
  size_t at_;
};

class Page::Form {
 public:
  Form& field(const FormField& field) {
    Arena& arena = *page_.arena_;
    std::vector<Value> options;
    options.reserve(field.options.size());
    for (const auto& [value, text] : field.options)
      options.push_back(arena.object({{"value", arena.text(value)}, {"text", arena.text(text)}}));
    page_.blocks_[at_].items.push_back(arena.object({{"name", arena.text(field.name)},
                                                     {"label", arena.text(field.label)},
                                                     {"type", arena.text(field.type)},
                                                     {"value", arena.text(field.value)},
                                                     {"required", field.required},
                                                     {"help", arena.text(field.help)},
                                                     {"options", arena.array(options)}}));
    return *this;
  }

 private:
  friend class Page;
  Form(Page& page, size_t at) : page_(page), at_(at) {}
  Page& page_;
  size_t at_;
};

inline Page& Page::figures(const std::vector<Figure>& figures) {
  std::vector<Value> all;
  all.reserve(figures.size());
  for (const Figure& figure : figures)
    all.push_back(arena_->object({{"label", arena_->text(figure.label)}, {"value", arena_->text(figure.value)}}));
  return add({{"block", "figures"}, {"figures", arena_->array(all)}});
}

inline Page::Table Page::table(std::initializer_list<std::string_view> columns) {
  std::vector<Value> names;
  names.reserve(columns.size());
  for (const std::string_view column : columns) names.push_back(arena_->text(column));
  add({{"block", "table"}, {"columns", arena_->array(names)}});
  blocks_.back().list = "rows";
  return {*this, blocks_.size() - 1};
}

inline Page::Form Page::form(std::string_view to, std::string_view submit) {
  add({{"block", "form"}, {"to", arena_->text(to)}, {"submit", arena_->text(submit)}});
  blocks_.back().list = "fields";
  return {*this, blocks_.size() - 1};
}

inline Document Page::report() {
  Arena& arena = *arena_;
  std::vector<Field> reply{{"status", Value::of(status_)}};
  if (is_redirect_) {
    reply.push_back({"redirect", Value::of(redirect_)});
  } else if (!type_.empty()) {
    reply.push_back({"type", Value::of(type_)});
    reply.push_back({"body", body_});
  } else {
    std::vector<Value> blocks;
    blocks.reserve(blocks_.size());
    for (const Open& open : blocks_) {
      std::vector<Field> fields;
      for (const Field field : open.block.fields()) fields.push_back(field);
      if (open.list != nullptr) fields.push_back({open.list, arena.array(open.items)});
      blocks.push_back(arena.object(fields));
    }
    reply.push_back({"title", Value::of(title_)});
    reply.push_back({"blocks", arena.array(blocks)});
  }
  const Value root = arena.object(reply);
  blocks_.clear();
  return {std::exchange(arena_, std::make_shared<Arena>()), root};
}

}  // namespace v1
}  // namespace outrigger
