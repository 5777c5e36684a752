#include "test/model/model.h"

#include <algorithm>
#include <cctype>

namespace velum::model {
namespace {

// As look-ups compare: an e-mail without its case and the blanks around it, a document by its
// digits.
std::string normalised(const std::string& field, const std::string& value) {
  std::string plain;
  for (const char letter : value) {
    const auto byte = static_cast<unsigned char>(letter);
    if (field == "document" ? std::isalnum(byte) != 0 : std::isspace(byte) == 0) {
      plain.push_back(static_cast<char>(std::tolower(byte)));
    }
  }
  return plain;
}

bool holds(const Value& document, const std::string& field, const std::string& value) {
  const Value* const member = document.find(field);
  if (member == nullptr || !member->is_text()) return false;
  const std::string plain = normalised(field, member->text);
  return !plain.empty() && plain == normalised(field, value);
}

bool is_email_or_nothing(const Value* value, bool may_be_nothing) {
  if (value == nullptr || value->is_null()) return may_be_nothing;
  return value->is_text() && value->text.find('@') != std::string::npos;
}

}  // namespace

void name(Record& record, const RecordKey& key, RecordId shown_id, VersionId version) {
  record.key = key;
  record.shown_id = shown_id;
  record.versions.back().id = version;
}

Result<Shown> Model::read_masked(const Person& person, Record& record,
                                 const Version& version) const {
  if (!is_there(person, record)) return not_found;
  return Shown{masked(marks_of(version), document_of(version)), &record, &version};
}

Result<Shown> Model::unmask(const Person& person, Record& record, const Version& version) const {
  if (!is_there(person, record)) return not_found;
  return Shown{document_of(version), &record, &version};
}

std::optional<Instant> Model::end_of_nickname(const Version& version) const {
  const bool has_end = version.entity == EntityId::profile && nickname_days_ &&
                       version.document.find("nickname") != nullptr;
  if (!has_end) return std::nullopt;
  return version.written_at + std::chrono::days(*nickname_days_);
}

Value Model::document_of(const Version& version) const {
  Value document = version.document;
  const auto end = end_of_nickname(version);
  if (end && *end <= now()) document.members.erase("nickname");
  return document;
}

void Model::prune(Instant settled) {
  for (Person& person : people_) {
    for (Version& version : person.own.versions) {
      const auto end = end_of_nickname(version);
      if (!end || *end > settled) continue;
      version.document.members.erase("nickname");
      version.custom = marks_now(version.entity).custom;
    }
  }
}

Marks Model::marks_now(EntityId entity) const {
  return {entity, entity == EntityId::profile ? custom_ : std::set<std::string>()};
}

Marks Model::marks_of(const Version& version) const {
  Marks marks = marks_now(version.entity);
  std::erase_if(marks.custom,
                [&version](const std::string& field) { return !version.custom.contains(field); });
  return marks;
}

void Model::make_masks_again() {
  for (Person& person : people_) {
    for (Version& version : person.own.versions) {
      version.custom = marks_now(version.entity).custom;
    }
  }
}

std::vector<Record*> Model::parts(Person& person, EntityId entity) {
  std::vector<Record*> found;
  for (Record& part : person.parts) {
    if (part.entity == entity && is_there(person, part)) found.push_back(&part);
  }
  return found;
}

std::vector<Person*> Model::prospects() {
  std::vector<Person*> found;
  for (Person& person : people_) {
    if (person.own.entity == EntityId::prospect && is_there(person)) found.push_back(&person);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

Result<Person*> Model::find(const std::string& field, const std::string& value) {
  Person* found = nullptr;
  for (Person& person : people_) {
    if (person.own.entity != EntityId::profile || !is_there(person)) continue;
    if (!holds(person.own.document(), field, value)) continue;
    if (found != nullptr) return Error(ErrorCode::ambiguous, "");
    found = &person;
  }
  if (found == nullptr) return not_found;
  return found;
}

// Whoever holds it, or has held it until they expired.
ErasedCount Model::erase(const std::string& email) {
  ErasedCount erased;
  for (Person& person : people_) {
    if (person.own.gone || !holds(person.own.document(), "email", email)) continue;
    ++(is_there(person) ? erased.there : erased.expired);
    person.own.gone = true;
  }
  return erased;
}

// What breaks the schema, or holds an e-mail that another profile has.
Result<void> Model::refuse(EntityId entity, const Value& document, const Person* whose) {
  const Error invalid(ErrorCode::invalid_field, "");
  const Value* const first_name = document.find("firstName");
  const Value* const email = document.find("email");
  if (entity == EntityId::consent) {
    const Value* const purpose = document.find("purpose");
    const Value* const granted = document.find("granted");
    const bool is_whole = purpose != nullptr && purpose->is_text() && granted != nullptr &&
                          granted->kind == Value::Kind::boolean;
    return is_whole ? Result<void>() : invalid;
  }
  if (entity != EntityId::address && entity != EntityId::purchase_info &&
      entity != EntityId::pickup_info) {
    if (first_name != nullptr && !first_name->is_text() && !first_name->is_null()) return invalid;
    if (!is_email_or_nothing(email, entity != EntityId::profile)) return invalid;
  }
  if (entity != EntityId::profile) return {};
  const Value* const price_table = document.find("priceTable");
  if (price_table != nullptr && !price_table->is_text()) return invalid;
  const auto holder = find("email", email->text);
  if (holder && *holder != whose) return Error(ErrorCode::conflict, "");
  return {};
}

std::optional<Instant> Model::expiry(const Options& options) const {
  if (!options.ttl_days) return std::nullopt;
  return now() + std::chrono::days(*options.ttl_days);
}

}  // namespace velum::model
