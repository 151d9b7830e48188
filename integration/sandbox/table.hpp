// The records of one model, by column.
//
//     Table leads(*find_model("crm.lead"), 19);
//     int64_t id = leads.insert();
//     leads.set(id, leads.column("name"), leads.keep("Ten desks"));
//
// Datetimes are kept as text with microseconds, "2026-11-21 12:00:00.500000", so that they sort and compare as text.
// Texts that were overwritten stay in memory: a sandbox is thrown away after use. Threads: one.
#pragma once

#include <deque>
#include <functional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "integration/sandbox/schema.hpp"
#include "outrigger/arena.hpp"

namespace outrigger::sandbox {

class Table final : public domain::RecordSource {
 public:
  using Related = std::function<const Table*(std::string_view model)>;

  Table(const ModelDef& model, int major, Related related);

  [[nodiscard]] const ModelDef& model() const { return model_; }
  // Position of a field, or -1.
  [[nodiscard]] int column(std::string_view field) const;
  [[nodiscard]] const FieldDef& field_def(int column) const { return *fields_[static_cast<size_t>(column)]; }
  [[nodiscard]] const std::vector<const FieldDef*>& fields() const { return fields_; }

  // A custom field; the texts of `def` must live as long as the table. One that is there is described anew.
  void add_field(const FieldDef& def);
  // Gone with its values; only for what add_field added.
  void drop_field(std::string_view name);
  int64_t insert();
  void erase(int64_t id);
  [[nodiscard]] Value get(int64_t id, int column) const;
  void set(int64_t id, int column, Value value);
  void set(int64_t id, std::string_view field, Value value) { set(id, column(field), value); }
  [[nodiscard]] Value get(int64_t id, std::string_view field) const { return get(id, column(field)); }
  // Copies a text, or a whole tree, into the table's memory.
  Value keep(std::string_view text) { return arena_.text(text); }
  Value keep(Value value) { return arena_.copy(value); }
  Arena& arena() { return arena_; }
  // All records as they are, and back to that: ids that came since are given out again. Custom fields stay.
  struct Rows {
    std::vector<std::vector<Value>> columns;
    std::vector<bool> alive;
    size_t count = 0;
  };
  [[nodiscard]] Rows rows() const { return {columns_, alive_, count_}; }
  void put_back(const Rows& rows);
  [[nodiscard]] int64_t last_id() const { return static_cast<int64_t>(alive_.size()); }
  [[nodiscard]] size_t count() const { return count_; }

  bool field(std::string_view name, domain::FieldInfo& info) const override;
  Value value(int64_t id, std::string_view field) const override;
  const domain::RecordSource* related(std::string_view model) const override;
  bool exists(int64_t id) const override { return id >= 1 && id <= last_id() && alive_[static_cast<size_t>(id) - 1]; }
  bool microseconds() const override { return major_ < 19; }

 private:
  const ModelDef& model_;
  int major_;
  Related related_;
  std::vector<const FieldDef*> fields_;
  std::deque<FieldDef> custom_;
  std::unordered_map<std::string_view, int> by_name_;
  std::vector<std::vector<Value>> columns_;  // as long as the highest id that was set; shorter means null
  std::vector<bool> alive_;
  size_t count_ = 0;
  Arena arena_;
};

}  // namespace outrigger::sandbox
