// What writes do, and what they answer.

#include <algorithm>
#include <utility>

#include "test/model/model.h"

namespace velum::model {
namespace {

const Error version_mismatch(ErrorCode::version_mismatch, "");
const Error conflict(ErrorCode::conflict, "");

bool is_one_of_many(EntityId entity) {
  return entity != EntityId::profile && entity != EntityId::prospect &&
         entity != EntityId::purchase_info;
}

// Whatever was sent, it says which profile it hangs on.
Value with_owner(Value document, EntityId entity, const Person& person) {
  if (is_one_of_many(entity)) {
    document.members["profileId"] = text_value(person.own.shown_id.text());
  }
  return document;
}

Value without_owner(Value document, EntityId entity) {
  if (is_one_of_many(entity)) document.members.erase("profileId");
  return document;
}

bool is_free(const Value& document, const std::string& name) {
  const Value* const member = document.find(name);
  return member == nullptr || member->is_null();
}

void rename(Value& document, const std::string& from, const std::string& to) {
  const auto member = document.members.find(from);
  if (member == document.members.end() || !is_free(document, to)) return;
  document.members[to] = member->second;
  document.members.erase(from);
}

Value address_of(Value document) {
  for (const auto& [from, to] :
       {std::pair("city", "locality"), std::pair("street", "route"),
        std::pair("number", "streetNumber"), std::pair("neighborhood", "localityAreaLevel1"),
        std::pair("reference", "nearly"), std::pair("state", "administrativeAreaLevel1"),
        std::pair("country", "countryCode")}) {
    rename(document, from, to);
  }
  return document;
}

struct Part {
  EntityId entity{};
  Value document;
};

// What hangs on the profile then. `document` is left with the rest, which is the profile's.
std::vector<Part> take_parts(Value& document) {
  std::vector<Part> parts;
  const auto take = [&document](const std::string& name) {
    auto node = document.members.extract(name);
    return node.empty() ? Value() : std::move(node.mapped());
  };
  for (Value& address : take("availableAddresses").items) {
    parts.push_back({EntityId::address, address_of(std::move(address))});
  }
  for (Value& contact : take("contacts").items) {
    parts.push_back({EntityId::contact, std::move(contact)});
  }
  Value invoice = take("invoiceSubject");
  if (invoice.is_object()) parts.push_back({EntityId::invoice_subject, std::move(invoice)});
  Value payment = take("paymentData");
  if (!payment.is_null()) {
    parts.push_back({EntityId::purchase_info, object_value({{"paymentData", std::move(payment)}})});
  }
  rename(document, "phone", "homePhone");
  rename(document, "phone", "cellPhone");
  return parts;
}

}  // namespace

Record Model::make_record(EntityId entity, Value document, const Options& options) const {
  Record record;
  record.entity = entity;
  record.created_at = now();
  record.expires_at = expiry(options);
  add_version(record, entity, std::move(document));
  return record;
}

void Model::add_version(Record& record, EntityId entity, Value document) const {
  record.versions.push_back(
      {VersionId(), entity, now(), std::move(document), marks_now(entity).custom});
}

Result<Shown> Model::create(EntityId entity, const Value& body, const Options& options) {
  TRY(without_masks(marks_now(entity), body, Value()));
  TRY(refuse(entity, body, nullptr));
  Person person;
  person.number = people_.size();
  person.own = make_record(entity, body, options);
  people_.push_back(std::move(person));
  Record& own = people_.back().own;
  return Shown{body, &own, &own.versions.back()};
}

Record& Model::add_part(Person& person, EntityId entity, Value document, const Options& options) {
  person.parts.push_back(
      make_record(entity, with_owner(std::move(document), entity, person), options));
  return person.parts.back();
}

Result<Shown> Model::create_part(Person& person, EntityId entity, const Value& body,
                                 const Options& options) {
  if (person.own.entity != EntityId::profile || !is_there(person)) return not_found;
  TRY(without_masks(marks_now(entity), body, Value()));
  TRY(refuse(entity, body, nullptr));
  const std::size_t there = parts(person, entity).size();
  if (there >= (entity == EntityId::purchase_info ? 1 : parts_max)) return conflict;
  // The only one of its kind takes the place of one that has expired.
  for (Record& part : person.parts) {
    if (entity == EntityId::purchase_info && part.entity == entity) part.gone = true;
  }
  Record& part = add_part(person, entity, body, options);
  return Shown{part.document(), &part, &part.versions.back()};
}

Result<Shown> Model::put_purchase_info(Person& person, const Value& body, const Options& options) {
  const std::vector<Record*> there = parts(person, EntityId::purchase_info);
  if (!there.empty()) return patch(person, *there.front(), body, options);
  if (person.own.entity != EntityId::profile || !is_there(person)) return not_found;
  if (options.if_match) return version_mismatch;
  return create_part(person, EntityId::purchase_info, merge_patch(Value(), body), options);
}

Result<Shown> Model::patch(Person& person, Record& record, const Value& body,
                           const Options& options) {
  if (!is_there(person, record)) return not_found;
  if (options.if_match && *options.if_match != record.versions.back().id) return version_mismatch;
  const EntityId entity = record.entity;
  const Value patch = without_owner(body, entity);
  const Value* const price_table = patch.find("priceTable");
  if (entity == EntityId::profile && price_table != nullptr && price_table->is_null())
    return Error(ErrorCode::invalid_field, "");
  const Value current = document_of(record.versions.back());
  // Masks as a read of now shows them.
  TRY_ASSIGN(const Value sent, without_masks(marks_of(record.versions.back()), patch, current));
  Value merged = with_owner(merge_patch(current, sent), entity, person);
  TRY(refuse(entity, merged, &person));
  if (options.ttl_days) record.expires_at = expiry(options);
  Value answer = masked_but(marks_now(entity), merged, sent);
  add_version(record, entity, std::move(merged));
  return Shown{std::move(answer), &record, &record.versions.back()};
}

Result<void> Model::remove(Person& person, Record& record, const Options& options) {
  if (!is_there(person, record)) return not_found;
  if (options.if_match && *options.if_match != record.versions.back().id) return version_mismatch;
  record.gone = true;
  return {};
}

Result<Shown> Model::convert(Person& person, const Options& options) {
  Record& own = person.own;
  if (!is_there(person)) return not_found;
  if (person.was_prospect) return read_masked(person, own, own.versions.back());
  if (own.entity != EntityId::prospect) return not_found;
  if (options.if_match && *options.if_match != own.versions.back().id) return version_mismatch;
  Value document = own.document();
  std::vector<Part> parts = take_parts(document);
  for (const EntityId entity : {EntityId::address, EntityId::contact}) {
    const auto count = std::ranges::count(parts, entity, &Part::entity);
    if (static_cast<std::size_t>(count) > parts_max) return Error(ErrorCode::invalid_field, "");
  }
  TRY(refuse(EntityId::profile, document, &person));
  own.entity = EntityId::profile;
  own.expires_at = expiry(options);
  add_version(own, EntityId::profile, std::move(document));
  person.was_prospect = true;
  for (Part& part : parts) add_part(person, part.entity, std::move(part.document), {});
  return read_masked(person, own, own.versions.back());
}

}  // namespace velum::model
