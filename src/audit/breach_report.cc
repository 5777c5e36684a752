#include "audit/breach_report.h"

#include <algorithm>
#include <utility>

#include "json/value.h"

namespace velum {
namespace {

constexpr std::uint32_t no_fields = 0;

// Yes and no about what is masked: little each, and many are a disclosure.
bool is_conditions_action(std::string_view action) {
  return action.starts_with("Validate") && action.ends_with("Conditions");
}

// What was refused before anything was looked at is under the resource that was lacking.
bool is_attempt(std::string_view action) {
  return is_disclosure_action(action) || action == "UnmaskItemResource";
}

std::string quoted(std::string_view text) {
  WipedText out;
  json::write_string(text, out);
  return std::string(view(out));
}

std::string moment(std::int64_t ticks) {
  return to_text(Instant(Ticks(ticks)));
}

std::string quoted_moment(const std::optional<Instant>& time) {
  return time ? quoted(to_text(*time)) : "null";
}

template <typename Range, typename Show>
void write_list(std::ostream& out, const Range& range, std::string_view separator,
                const Show& show) {
  bool is_first = true;
  for (const auto& one : range) {
    if (!std::exchange(is_first, false)) out << separator;
    show(one);
  }
}

template <typename Counts>
void write_counts(std::ostream& out, const Counts& counts) {
  out << "{";
  write_list(out, counts, ",",
             [&out](const auto& one) { out << quoted(one.first) << ":" << one.second; });
  out << "}";
}

}  // namespace

BreachReport::BreachReport(std::string account, AuditFilter filter)
    : account_(std::move(account)), filter_(std::move(filter)), matcher_(filter_) {
  number_of({});
}

std::uint32_t BreachReport::number_of(const FieldSet& fields) {
  const auto [known, is_new] =
      field_numbers_.try_emplace(fields, static_cast<std::uint32_t>(field_sets_.size()));
  if (is_new) field_sets_.push_back(fields);
  return known->second;
}

std::uint32_t BreachReport::joined(std::uint32_t one, std::uint32_t other) {
  if (one == other) return one;
  FieldSet both = field_sets_[one];
  both.insert(field_sets_[other].begin(), field_sets_[other].end());
  return number_of(both);
}

Result<std::uint32_t> BreachReport::fields_of(std::string_view entry) {
  auto document = json::Document::parse(entry);
  if (!document || !document->root().is_object()) {
    return Error(ErrorCode::corrupt, "an audit entry cannot be read");
  }
  const json::Value* fields = document->root().find("fields");
  if (fields == nullptr || !fields->is_array()) return no_fields;
  FieldSet names;
  for (const json::Value& name : fields->items()) {
    if (name.is_string()) names.emplace(name.text());
  }
  return number_of(names);
}

Result<void> BreachReport::take(std::string_view entry) {
  if (audit_member(entry, "account") != account_ || !matcher_.matches(entry)) return {};
  const std::string_view action = audit_member(entry, "action");
  const std::string_view outcome = audit_member(entry, "outcome");
  const bool was_done = outcome == "done";
  if (was_done && is_conditions_action(action)) ++conditions_;
  if (!is_attempt(action)) return {};
  if (outcome == "refused") ++refused_;
  if (outcome == "failed") ++failed_;
  return was_done ? take_disclosure(entry) : Result<void>();
}

Result<void> BreachReport::take_disclosure(std::string_view entry) {
  const auto time = parse_instant(audit_member(entry, "time"));
  if (!time) return Error(ErrorCode::corrupt, "an audit entry cannot be read");
  TRY_ASSIGN(const std::uint32_t fields, fields_of(entry));
  const std::int64_t ticks = time->time_since_epoch().count();
  ++disclosures_;
  first_ = std::min(first_, ticks);
  last_ = std::max(last_, ticks);
  ++by_actor_[std::string(audit_actor_member(entry, "name"))];
  for (const std::string& field : field_sets_[fields]) ++by_field_[field];
  const auto token = Token::parse(audit_member(entry, "token"));
  if (!token) {
    ++about_nobody_;
    return {};
  }
  Person& person = people_[*token];
  ++person.disclosures;
  person.fields = joined(person.fields, fields);
  person.first = std::min(person.first, ticks);
  person.last = std::max(person.last, ticks);
  return {};
}

std::vector<const BreachReport::People::value_type*> BreachReport::sorted() const {
  std::vector<const People::value_type*> all;
  all.reserve(people_.size());
  for (const auto& one : people_) all.push_back(&one);
  std::sort(all.begin(), all.end(), [](const auto* left, const auto* right) {
    const auto key = [](const auto* one) {
      return std::pair(~one->second.disclosures, one->first);
    };
    return key(left) < key(right);
  });
  return all;
}

void BreachReport::write_json(std::ostream& out) const {
  out << "{\"account\":" << quoted(account_) << ",\"from\":" << quoted_moment(filter_.from)
      << ",\"to\":" << quoted_moment(filter_.to) << ",\"actors\":[";
  write_list(out, filter_.actors, ",", [&out](const auto& actor) { out << quoted(actor); });
  out << "],\"people\":" << people_.size() << ",\"disclosures\":" << disclosures_
      << ",\"disclosuresAboutNobody\":" << about_nobody_
      << ",\"conditionsAnswered\":" << conditions_ << ",\"refused\":" << refused_
      << ",\"failed\":" << failed_
      << ",\"first\":" << (disclosures_ > 0 ? quoted(moment(first_)) : "null")
      << ",\"last\":" << (disclosures_ > 0 ? quoted(moment(last_)) : "null") << ",\"byField\":";
  write_counts(out, by_field_);
  out << ",\"byActor\":";
  write_counts(out, by_actor_);
  out << ",\"tokens\":[";
  write_list(out, sorted(), ",", [this, &out](const auto* one) {
    const Person& person = one->second;
    out << "\n{\"token\":\"" << one->first.text() << "\",\"disclosures\":" << person.disclosures
        << ",\"fields\":[";
    write_list(out, field_sets_[person.fields], ",",
               [&out](const auto& field) { out << quoted(field); });
    out << "],\"first\":\"" << moment(person.first) << "\",\"last\":\"" << moment(person.last)
        << "\"}";
  });
  out << "]}\n";
}

void BreachReport::write_text(std::ostream& out) const {
  out << disclosures_ << " disclosures about " << people_.size() << " people";
  if (disclosures_ > 0) out << ", from " << moment(first_) << " to " << moment(last_);
  out << "\nbeside them " << refused_ << " refused, " << failed_ << " for what was not there, and "
      << conditions_ << " times conditions answered\n";
  if (about_nobody_ > 0) out << about_nobody_ << " of the disclosures name nobody\n";
  for (const auto& [field, count] : by_field_) out << "field " << field << ": " << count << "\n";
  for (const auto& [actor, count] : by_actor_) out << "by " << actor << ": " << count << "\n";
  for (const auto* one : sorted()) {
    const Person& person = one->second;
    out << one->first.text() << " " << person.disclosures << " " << moment(person.first) << " "
        << moment(person.last) << " ";
    write_list(out, field_sets_[person.fields], ",", [&out](const auto& field) { out << field; });
    out << "\n";
  }
}

}  // namespace velum
