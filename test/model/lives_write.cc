// The writes of a life.

#include <algorithm>
#include <utility>

#include "test/model/answers.h"
#include "test/model/lives.h"

namespace velum::model {
namespace {

constexpr EntityId parts_there_are[] = {EntityId::address,         EntityId::contact,
                                        EntityId::invoice_subject, EntityId::pickup_info,
                                        EntityId::purchase_info,   EntityId::consent};

std::string text_of(const Options& options) {
  std::string text;
  if (options.ttl_days) text += " for " + std::to_string(*options.ttl_days) + " days";
  if (options.if_match) text += " if it is " + options.if_match->text();
  return text;
}

}  // namespace

WriteOptions Life::as_write(const Options& options) {
  WriteOptions write;
  write.ttl_days = options.ttl_days;
  write.if_match = options.if_match;
  return write;
}

void Life::create(EntityId entity) {
  const bool too_many = entity == EntityId::prospect && choices_.one_in(150);
  const Value body = too_many ? documents_.prospect_with_too_many() : documents_.create(entity);
  const Options options = options_for(nullptr);
  const std::string text = to_json(body);
  const std::string line =
      "create a " + std::string(entity_name(entity)) + text_of(options) + " " + text;
  const auto answer = node_->run(
      node_->engine().create(node_->caller(entity), std::nullopt, text, as_write(options)));
  const auto expected = model_.create(entity, body, options);
  if (!expected) {
    say(nullptr, line + ", refused");
    differs(nullptr, difference_of_write(answer, expected, {}));
    return;
  }
  Person& made = model_.people().back();
  say(&made, line + ", person " + std::to_string(made.number));
  settle(made, difference_of_write(answer, expected, {}), true);
}

void Life::create_part(Person& person) {
  const EntityId entity = habits_.crowded
                              ? EntityId::address
                              : parts_there_are[choices_.below(std::size(parts_there_are))];
  const Value body = documents_.create(entity);
  const Options options = options_for(nullptr);
  const std::string text = to_json(body);
  say(&person, "create a " + std::string(entity_name(entity)) + " of person " +
                   std::to_string(person.number) + text_of(options) + " " + text);
  const auto answer = node_->run(
      node_->engine().create(node_->caller(entity), person.own.key, text, as_write(options)));
  const auto expected = model_.create_part(person, entity, body, options);
  settle(person, difference_of_write(answer, expected, person.own.key), expected.has_value());
}

void Life::patch(Person& person, Record& record) {
  if (record.entity == EntityId::purchase_info) return put_purchase_info(person);
  const Options options = options_for(&record);
  const Value body = documents_.patch(model_.marks_of(record.versions.back()), record.document(),
                                      options.if_match ? Bodies::good : Bodies::any);
  const std::string text = to_json(body);
  say(&person, "patch the " + std::string(entity_name(record.entity)) + " " +
                   record.key.record.text() + " of person " + std::to_string(person.number) +
                   text_of(options) + " " + text);
  const auto answer = node_->run(
      node_->engine().patch(node_->caller(record.entity), record.key, text, as_write(options)));
  const auto expected = model_.patch(person, record, body, options);
  settle(person, difference_of_write(answer, expected, person.own.key), expected.has_value());
}

void Life::put_purchase_info(Person& person) {
  const EntityId entity = EntityId::purchase_info;
  const std::vector<Record*> there = model_.parts(person, entity);
  Record* const record = there.empty() ? nullptr : there.front();
  const Options options = options_for(record == nullptr ? &person.own : record);
  const Value body =
      documents_.patch(Marks{entity}, record == nullptr ? object_value() : record->document(),
                       options.if_match ? Bodies::good : Bodies::any);
  const std::string text = to_json(body);
  say(&person, "put the purchase-info of person " + std::to_string(person.number) +
                   text_of(options) + " " + text);
  const RecordKey key = DocumentEngine::only_part_of(person.own.key, entity);
  const auto answer =
      node_->run(node_->engine().patch(node_->caller(entity), key, text, as_write(options)));
  const auto expected = model_.put_purchase_info(person, body, options);
  settle(person, difference_of_write(answer, expected, person.own.key), expected.has_value());
}

// Custom fields of profiles, and now and then the job that makes masks again is waited for.
void Life::change_schema() {
  if (choices_.one_in(3)) {
    say(nullptr, "make masks again");
    if (!node_->remask()) differs(nullptr, "masks are not made again");
    return model_.make_masks_again();
  }
  Value body = object_value();
  std::set<std::string> clear;
  std::optional<std::uint32_t> days;
  for (const auto& [name, type] :
       {std::pair("nickname", "string"), std::pair("hobbies", "array")}) {
    if (choices_.one_in(2)) continue;
    const Value kinds = array_value({text_value(type), text_value("null")});
    const Value no = boolean_value(false);
    body.members[name] = object_value({{"type", kinds}, {"pii", no}, {"sensitive", no}});
    clear.insert(name);
    if (std::string_view(name) != "nickname" || choices_.one_in(2)) continue;
    days = static_cast<std::uint32_t>(1 + choices_.below(5));
    body.members[name].members["retentionDays"] = number_value(*days);
  }
  const std::string text = to_json(body);
  say(nullptr, "custom fields " + text);
  if (!node_->put_custom_fields(text)) differs(nullptr, "the custom fields are refused");
  model_.declare_clear(std::move(clear));
  model_.keep_nicknames_for(days);
}

void Life::remove(Person& person, Record& record) {
  Options options = options_for(&record);
  options.ttl_days.reset();
  // Another may have its place.
  if (record.gone && record.entity == EntityId::purchase_info) return;
  say(&person, "delete the " + std::string(entity_name(record.entity)) + " " +
                   record.key.record.text() + " of person " + std::to_string(person.number) +
                   text_of(options));
  const auto answer = node_->run(
      node_->engine().remove(node_->caller(record.entity), record.key, options.if_match));
  const auto expected = model_.remove(person, record, options);
  settle(person, difference_of_outcome(answer, expected), expected.has_value());
}

void Life::convert(Person& person) {
  const Options options = options_for(&person.own);
  say(&person, "convert person " + std::to_string(person.number) + text_of(options));
  const auto answer = node_->run(node_->engine().convert(node_->caller(EntityId::prospect),
                                                         person.own.key, as_write(options)));
  const bool was_prospect = person.own.entity == EntityId::prospect;
  const auto expected = model_.convert(person, options);
  const std::string different = difference_of_write(answer, expected, person.own.key);
  const bool done = expected.has_value() && was_prospect;
  counts_.conversions += done;
  const bool wrong = differs(&person, different) || (done && differs(&person, adopt_parts(person)));
  if (!wrong) settle(person, "", expected.has_value());
}

std::string Life::adopt_parts(Person& person) {
  for (const EntityId entity : parts_there_are) {
    std::string different = adopt(person, entity);
    if (!different.empty()) return different;
  }
  return "";
}

// A conversion does not say what it made: they are told apart by what is in them.
std::string Life::adopt(Person& person, EntityId entity) {
  Caller caller = node_->caller(entity);
  DocumentEngine& engine = node_->engine();
  std::vector<Record*> nameless = model_.parts(person, entity);
  if (nameless.empty()) return "";
  const RecordKey only = DocumentEngine::only_part_of(person.own.key, entity);
  const bool is_only = entity == EntityId::purchase_info;
  Result<std::vector<DocumentView>> found = std::vector<DocumentView>();
  if (is_only) {
    auto view = node_->run(engine.unmask(caller, only, std::nullopt, {"given", Sensitive("who")}));
    if (view) found->push_back(*std::move(view));
  } else {
    found = node_->run(engine.unmask_all(caller, person.own.key, {"given", Sensitive("who")}));
  }
  if (!found) return "what hangs on a converted profile is not shown";
  for (const DocumentView& view : *found) {
    const Value document = from_json(velum::view(view.document));
    const auto same = std::ranges::find_if(
        nameless, [&](const Record* part) { return part->document() == document; });
    if (same == nameless.end()) return "a conversion made " + to_json(document);
    const RecordKey key{SimDisk::account, only.subject, view.meta.id};
    name(**same, is_only ? only : key, view.meta.id, view.meta.version);
    nameless.erase(same);
  }
  if (nameless.empty()) return "";
  return "a conversion did not make " + to_json(nameless.front()->document());
}

}  // namespace velum::model
