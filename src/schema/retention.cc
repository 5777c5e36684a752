#include "schema/retention.h"

#include <algorithm>
#include <set>
#include <utility>

namespace velum {
namespace {

using json::Member;
using json::Value;

class Remover {
 public:
  Remover(Ticks age, json::Arena& arena) : age_(age), arena_(arena) {}

  // `path` leads to the object: "" or "home.".
  Value object(const ObjectRules& rules, const Value& object, const std::string& path) {
    const std::size_t before = count_;
    std::vector<Member> kept;
    kept.reserve(object.members().size());
    for (const auto& [name, value] : object.members()) {
      const Field* const field = rules.find(name);
      if (field == nullptr) {
        kept.push_back({name, value});
      } else if (is_over(*field)) {
        removed_.insert(path + field->name);
        ++count_;
      } else {
        kept.push_back({name, this->value(field, value, path)});
      }
    }
    return count_ == before ? object : arena_.object(kept);
  }

  std::vector<std::string> removed() const { return {removed_.begin(), removed_.end()}; }

 private:
  bool is_over(const Field& field) const {
    return field.retention_days > 0 && age_ >= std::chrono::days(field.retention_days);
  }

  // Of a member of the object that `path` leads to, or an item in it.
  Value value(const Field* field, const Value& value, const std::string& path) {
    if (value.is_object()) {
      const ObjectRules* const rules = children_of(field, value);
      return rules == nullptr ? value : object(*rules, value, path + field->name + ".");
    }
    const Field* const item_field = value.is_array() ? items_of(field, value) : nullptr;
    if (item_field == nullptr) return value;
    const std::size_t before = count_;
    std::vector<Value> items;
    items.reserve(value.items().size());
    for (const Value& item : value.items()) items.push_back(this->value(item_field, item, path));
    return count_ == before ? value : arena_.array(items);
  }

  Ticks age_;
  json::Arena& arena_;
  std::size_t count_ = 0;
  std::set<std::string> removed_;
};

}  // namespace

Ticks shortest_retention(const Field& field) {
  Ticks shortest = Ticks::max();
  if (field.retention_days > 0) shortest = std::chrono::days(field.retention_days);
  if (field.items) shortest = std::min(shortest, shortest_retention(*field.items));
  if (field.children) shortest = std::min(shortest, shortest_retention(*field.children));
  return shortest;
}

Ticks shortest_retention(const ObjectRules& rules) {
  Ticks shortest = Ticks::max();
  for (const Field& field : rules.fields) shortest = std::min(shortest, shortest_retention(field));
  return shortest;
}

Retained retain(const ObjectRules& rules, const Value& object, Ticks age, json::Arena& arena) {
  Remover remover(age, arena);
  Value kept = remover.object(rules, object, std::string());
  return {kept, remover.removed()};
}

}  // namespace velum
