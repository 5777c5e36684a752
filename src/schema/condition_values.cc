#include "schema/condition_values.h"

#include <algorithm>

#include "json/number.h"
#include "schema/code_points.h"
#include "schema/conditions.h"
#include "schema/normalise.h"

namespace velum {
namespace {

using json::Kind;
using json::Value;

constexpr std::size_t date_size = 10;

bool is_date(std::string_view text) {
  constexpr std::string_view form = "dddd-dd-dd";
  if (text.size() != form.size()) return false;
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (form[i] == 'd' ? !is_ascii_digit(text[i]) : text[i] != form[i]) return false;
  }
  const std::string_view month = text.substr(5, 2);
  const std::string_view day = text.substr(8, 2);
  return month >= "01" && month <= "12" && day >= "01" && day <= "31";
}

// The day that `text` begins with; empty if it is neither a date nor a time.
std::string_view day_of(std::string_view text) {
  const std::string_view day = text.substr(0, date_size);
  const bool ends = text.size() == date_size || (text.size() > date_size && text[date_size] == 'T');
  return ends && is_date(day) ? day : std::string_view();
}

bool is_bound(const Value& value) {
  if (value.kind() == Kind::number) return is_condition_value(value);
  return value.is_string() && is_date(value.text());
}

// `bound` is_bound(). False if they are of two kinds.
template <typename Holds>
bool compares(const Value& value, const Value& bound, Holds holds) {
  if (value.kind() != bound.kind()) return false;
  if (value.kind() == Kind::number) return holds(json::compare_numbers(value.text(), bound.text()));
  const std::string_view day = day_of(value.text());
  return !day.empty() && holds(day <=> bound.text());
}

}  // namespace

bool is_condition_value(const Value& value) {
  switch (value.kind()) {
    case Kind::boolean: return true;
    case Kind::string:
    case Kind::number: return value.text().size() <= Conditions::value_size_max_bytes;
    default: return false;
  }
}

bool is_range(const Value& value) {
  return value.is_object() && !value.members().empty() &&
         std::ranges::all_of(value.members(), [](const json::Member& member) {
           return (member.name == "min" || member.name == "max") && is_bound(member.value);
         });
}

bool equal_values(FieldMeaning meaning, const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  if (left.kind() == Kind::number) return json::compare_numbers(left.text(), right.text()) == 0;
  if (!left.is_string() || meaning == FieldMeaning::text) return json::equal(left, right);
  const auto left_plain = normalise_value(meaning, left.text());
  const auto right_plain = normalise_value(meaning, right.text());
  const bool both = left_plain && right_plain && !left_plain->text().empty();
  return both ? left_plain->text() == right_plain->text() : left.text() == right.text();
}

bool is_in_range(const Value& value, const Value& range) {
  const Value* const min = range.find("min");
  const Value* const max = range.find("max");
  const auto is_not_less = [](auto order) { return order >= 0; };
  const auto is_not_more = [](auto order) { return order <= 0; };
  return (min == nullptr || compares(value, *min, is_not_less)) &&
         (max == nullptr || compares(value, *max, is_not_more));
}

}  // namespace velum
