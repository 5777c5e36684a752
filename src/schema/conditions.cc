#include "schema/conditions.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "schema/code_points.h"
#include "schema/condition_values.h"
#include "schema/field_names.h"

namespace velum {
namespace {

using json::Kind;
using json::Value;
using Test = Condition::Test;

constexpr std::size_t field_size_max_bytes = 256;

struct TestName {
  std::string_view name;
  Test test;
};
constexpr TestName test_names[] = {
    {"equals", Test::equals}, {"in", Test::in},         {"exists", Test::exists},
    {"range", Test::range},   {"prefix", Test::prefix}, {"contains", Test::contains},
};

std::optional<Test> test_named(std::string_view name) {
  for (const TestName& known : test_names) {
    if (known.name == name) return known.test;
  }
  return std::nullopt;
}

Error not_understood(Literal message) {
  return Error(ErrorCode::invalid_argument, message);
}

Result<std::vector<Condition::Step>> path_of(const ObjectRules& rules, std::string_view field) {
  if (field.empty() || field.size() > field_size_max_bytes) {
    return not_understood("the field of a condition has 1 to 256 bytes");
  }
  std::vector<Condition::Step> path;
  const ObjectRules* known = &rules;
  for (bool is_last = false; !is_last;) {
    const std::size_t dot = field.find('.');
    is_last = dot == std::string_view::npos;
    const std::string_view name = field.substr(0, dot);
    if (name.empty()) return not_understood("the field of a condition lacks a name between dots");
    const Field* const declared = known == nullptr ? nullptr : known->find(name);
    known = declared == nullptr ? nullptr : declared->children.get();
    path.push_back({name, declared});
    field.remove_prefix(is_last ? field.size() : dot + 1);
  }
  return path;
}

Result<void> check_operand(Test test, const Value& operand) {
  switch (test) {
    case Test::equals:
      if (is_condition_value(operand)) return {};
      return not_understood("`equals` takes a text, a number or a boolean, of at most 1024 bytes");
    case Test::in:
      if (operand.is_array() && !operand.items().empty() &&
          std::ranges::all_of(operand.items(), is_condition_value)) {
        return {};
      }
      return not_understood("`in` takes an array of texts, numbers or booleans");
    case Test::exists:
      if (operand.kind() == Kind::boolean) return {};
      return not_understood("`exists` takes true or false");
    case Test::range:
      if (is_range(operand)) return {};
      return not_understood(
          "`range` takes `min`, `max` or both: numbers, or dates as \"2001-12-31\"");
    case Test::prefix:
    case Test::contains:
      if (operand.is_string() && is_condition_value(operand) && !operand.text().empty()) return {};
      return not_understood("`prefix` and `contains` take a text of 1 to 1024 bytes");
  }
  VELUM_CHECK(false);
}

// Of a clear array whose items are said to be PII, `contains` asks about those.
bool asks_pii(const Field* field, Test test) {
  if (field == nullptr || field->pii) return true;
  return test == Test::contains && field->items != nullptr && field->items->pii;
}

Result<Condition> read_condition(const ObjectRules& rules, const Value& value) {
  static constexpr Literal form = "a condition has a `field` and one test, and nothing else";
  if (!value.is_object() || value.members().size() != 2) return not_understood(form);
  const Value* const field = value.find("field");
  if (field == nullptr || !field->is_string()) return not_understood(form);
  const std::size_t place = value.members()[0].name == "field" ? 1 : 0;
  const json::Member& tested = value.members()[place];
  const std::optional<Test> test = test_named(tested.name);
  if (!test) {
    return not_understood("a condition's test is equals, in, exists, range, prefix or contains");
  }
  TRY(check_operand(*test, tested.value));
  Condition condition;
  TRY_ASSIGN(condition.path, path_of(rules, field->text()));
  condition.test = *test;
  condition.operand = tested.value;
  condition.asks_pii = asks_pii(condition.field(), *test);
  if (*test == Test::prefix && condition.asks_pii) {
    static constexpr Literal message =
        "the prefix of a personal field is not answered: it would spell the field out";
    if (condition.field() == nullptr) return not_understood(message);
    return Error(ErrorCode::invalid_argument, message, condition.field()->name);
  }
  return condition;
}

// Null if it is not there or of a kind that its field does not declare.
const Value* value_at(const std::vector<Condition::Step>& path, const Value& document) {
  const Value* value = &document;
  for (const Condition::Step& step : path) {
    if (!value->is_object()) return nullptr;
    const Field* const field = step.field;
    const auto is_meant = [&step](const json::Member& member) {
      return step.field == nullptr ? member.name == step.name
                                   : equal_ignoring_case(member.name, step.name);
    };
    const auto found = std::ranges::find_if(value->members(), is_meant);
    if (found == value->members().end()) return nullptr;
    value = &found->value;
    if (field != nullptr && !field->kinds.has(value->kind())) return nullptr;
  }
  return value->is_null() ? nullptr : value;
}

}  // namespace

std::uint32_t Condition::values() const {
  return test == Test::in ? static_cast<std::uint32_t>(operand.items().size()) : 1;
}

bool Condition::holds(const Value& document) const {
  const Value* const value = value_at(path, document);
  if (test == Test::exists) return (value != nullptr) == operand.boolean();
  if (value == nullptr) return false;
  const FieldMeaning meaning = field() == nullptr ? FieldMeaning::text : field()->meaning;
  const auto is_it = [value, meaning](const Value& wanted) {
    return equal_values(meaning, *value, wanted);
  };
  switch (test) {
    case Test::equals: return is_it(operand);
    case Test::in: return std::ranges::any_of(operand.items(), is_it);
    case Test::range: return is_in_range(*value, operand);
    case Test::prefix: return value->is_string() && value->text().starts_with(operand.text());
    case Test::contains:
      return value->is_array() && std::ranges::any_of(value->items(), [this](const Value& item) {
               return item.is_string() && item.text() == operand.text();
             });
    case Test::exists: break;
  }
  VELUM_CHECK(false);
}

Result<Conditions> Conditions::read(const Schema& schema, std::string_view body) {
  TRY_ASSIGN(json::Document parsed, json::Document::parse(body));
  Conditions result(std::move(parsed));
  const Value& root = result.body_.root();
  const Value* const list = root.is_object() ? root.find("conditions") : nullptr;
  if (list == nullptr || !list->is_array() || list->items().empty() ||
      list->items().size() > count_max) {
    return not_understood("send {\"conditions\": [...]}, with 1 to 32 of them");
  }
  std::uint32_t values = 0;
  for (const Value& item : list->items()) {
    TRY_ASSIGN(Condition condition, read_condition(schema.rules(), item));
    values += condition.values();
    if (values > values_max) {
      return not_understood("the conditions of a request have at most 100 values together");
    }
    result.conditions_.push_back(std::move(condition));
  }
  return result;
}

std::uint32_t Conditions::pii_values() const {
  std::uint32_t sum = 0;
  for (const Condition& condition : conditions_) sum += condition.asks_pii ? condition.values() : 0;
  return sum;
}

std::vector<std::string> Conditions::pii_fields() const {
  std::set<std::string> names;
  for (const Condition& condition : conditions_) {
    if (!condition.asks_pii) continue;
    std::string name;
    for (const Condition::Step& step : condition.path) {
      if (step.field != nullptr) name.append(name.empty() ? "" : ".").append(step.field->name);
    }
    names.insert(condition.field() == nullptr ? std::string(undeclared_fields) : std::move(name));
  }
  return {names.begin(), names.end()};
}

std::vector<bool> Conditions::answers(const Value& document) const {
  std::vector<bool> answers;
  for (const Condition& condition : conditions_) answers.push_back(condition.holds(document));
  return answers;
}

}  // namespace velum
