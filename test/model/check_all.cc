#include "test/model/check_all.h"

#include <utility>

#include "test/model/answers.h"
#include "test/model/documents.h"

namespace velum::model {
namespace {

#define RETURN_DIFFERENCE(expression, where)                              \
  do {                                                                    \
    if (const std::string different = (expression); !different.empty()) { \
      return std::string(where) + ": " + different;                       \
    }                                                                     \
  } while (false)

constexpr EntityId many_a_profile[] = {EntityId::address, EntityId::contact,
                                       EntityId::invoice_subject, EntityId::pickup_info,
                                       EntityId::consent};

Reason why() {
  return {"given", Sensitive("a test")};
}

std::string of(const Person& person) {
  return "person " + std::to_string(person.number);
}
std::string of(const Person& person, const Record& record) {
  return of(person) + " " + std::string(entity_name(record.entity));
}

}  // namespace

std::string Checks::read(const Person& person, Record& record) {
  const auto answer =
      node_.run(any_engine().read_masked(node_.caller(record.entity), record.key, std::nullopt));
  RETURN_DIFFERENCE(difference(answer, model_.read_masked(person, record, record.versions.back())),
                    of(person, record) + ", read masked");
  return "";
}

// A prospect's id is no profile's, nor the other way round.
std::string Checks::as_another_entity(const Person& person) {
  const EntityId other =
      person.own.entity == EntityId::profile ? EntityId::prospect : EntityId::profile;
  const auto answer =
      node_.run(any_engine().read_masked(node_.caller(other), person.own.key, std::nullopt));
  return answer ? of(person) + " is shown as another entity" : "";
}

std::string Checks::parts(Person& person, EntityId entity) {
  const auto answer = node_.run(any_engine().list_masked(node_.caller(entity), person.own.key));
  Result<std::vector<Shown>> expected = std::vector<Shown>();
  if (person.own.entity != EntityId::profile || !model_.is_there(person)) {
    expected = Error(ErrorCode::not_found, "");
  } else {
    for (Record* part : model_.parts(person, entity)) {
      expected->push_back(*model_.read_masked(person, *part, part->versions.back()));
    }
  }
  RETURN_DIFFERENCE(difference(answer, expected),
                    of(person) + ", every " + std::string(entity_name(entity)));
  return "";
}

std::string Checks::person(Person& person) {
  // First of all: their time may end with the next tick.
  RETURN_DIFFERENCE(read(person, person.own), "now");
  if (choices_.one_in(4)) RETURN_DIFFERENCE(as_another_entity(person), "now");
  for (const EntityId entity : many_a_profile) RETURN_DIFFERENCE(parts(person, entity), "now");
  Record* purchase_info = nullptr;
  for (Record& part : person.parts) {
    if (part.entity == EntityId::purchase_info) purchase_info = &part;
  }
  if (purchase_info != nullptr) RETURN_DIFFERENCE(read(person, *purchase_info), "now");
  return "";
}

std::string Checks::version_list(const Person& person, const Record& record) {
  std::optional<VersionId> before;
  auto next = record.versions.rbegin();
  while (true) {
    const auto limit = static_cast<std::uint32_t>(1 + choices_.below(5));
    const auto page =
        node_.run(any_engine().versions(node_.caller(record.entity), record.key, before, limit));
    if (!model_.is_there(person, record)) {
      return page ? "versions are listed of what is not there" : "";
    }
    if (!page) return "no versions are listed";
    for (const VersionInfo& version : *page) {
      if (next == record.versions.rend() || version.version != next->id ||
          version.written_at != next->written_at) {
        return "the list of versions is another";
      }
      before = version.version;
      ++next;
    }
    if (page->size() < limit) break;
  }
  return next == record.versions.rend() ? "" : "a version is not listed";
}

std::string Checks::history(const Person& person, Record& record) {
  const Caller caller = node_.caller(record.entity);
  for (const Version& version : record.versions) {
    const auto shown = node_.run(any_engine().read_masked(caller, record.key, version.id));
    RETURN_DIFFERENCE(difference(shown, model_.read_masked(person, record, version)),
                      "a version, masked");
    const auto full = node_.run(any_engine().unmask(caller, record.key, version.id, why()));
    RETURN_DIFFERENCE(difference(full, model_.unmask(person, record, version)),
                      "a version, unmasked");
  }
  // The place of the only one of its kind may have been taken since.
  if (record.gone && record.entity == EntityId::purchase_info) return "";
  const auto full = node_.run(any_engine().unmask(caller, record.key, std::nullopt, why()));
  RETURN_DIFFERENCE(difference(full, model_.unmask(person, record, record.versions.back())),
                    "unmasked");
  return version_list(person, record);
}

std::string Checks::revealed_parts(Person& person, EntityId entity) {
  if (person.own.entity != EntityId::profile || !model_.is_there(person)) return "";
  const auto answer =
      node_.run(any_engine().unmask_all(node_.caller(entity), person.own.key, why()));
  std::vector<Shown> expected;
  for (Record* part : model_.parts(person, entity)) {
    expected.push_back(*model_.unmask(person, *part, part->versions.back()));
  }
  return difference(answer, Result<std::vector<Shown>>(std::move(expected)));
}

std::string Checks::under_another(const Person& person, const Record& part) {
  for (const Person& other : model_.people()) {
    if (&other == &person) continue;
    const RecordKey key{part.key.account, other.own.key.subject, part.key.record};
    const auto answer =
        node_.run(any_engine().read_masked(node_.caller(part.entity), key, std::nullopt));
    return answer ? "it is found under somebody else" : "";
  }
  return "";
}

std::string Checks::look_up(const std::string& field, const std::string& value) {
  const Caller caller = node_.caller();
  const auto found =
      node_.run(any_engine().resolve_alternative(caller, EntityId::profile, field, value));
  const auto expected = model_.find(field, value);
  RETURN_DIFFERENCE(difference_of_outcome(found, expected), "the look-up of " + field + value);
  if (!found || found->subject == (*expected)->own.key.subject) return "";
  return "the look-up of " + value + " finds another than " + of(**expected);
}

std::string Checks::look_ups() {
  Documents documents(choices_);
  for (std::size_t which = 0; which < Documents::emails; ++which) {
    RETURN_DIFFERENCE(look_up("email", documents.email(which)), "e-mails");
  }
  for (std::size_t which = 0; which < Documents::numbers; ++which) {
    RETURN_DIFFERENCE(look_up("document", documents.number(which)), "documents");
  }
  return "";
}

// Takes those of one page off `left`.
std::string Checks::prospect_page(std::vector<Person*>& left, std::optional<ListPlace>& before) {
  const std::size_t limit = 1 + choices_.below(8);
  const ListPage page{SimDisk::account, before, static_cast<std::uint32_t>(limit)};
  const bool masked = !choices_.one_in(4);
  const Caller caller = node_.caller(EntityId::prospect);
  DocumentEngine& engine = any_engine();
  const auto answer = node_.run(masked ? engine.list_prospects(caller, page)
                                       : engine.unmask_prospects(caller, page, why()));
  if (!answer) return "the prospects are not listed";
  // By the time at which it was answered: one may have expired since the last page.
  std::erase_if(left, [this](const Person* person) { return !model_.is_there(*person); });
  std::vector<Shown> expected;
  const auto end = left.begin() + static_cast<std::ptrdiff_t>(std::min(limit, left.size()));
  for (auto person = left.begin(); person != end; ++person) {
    Record& own = (*person)->own;
    expected.push_back(masked ? *model_.read_masked(**person, own, own.versions.back())
                              : *model_.unmask(**person, own, own.versions.back()));
  }
  RETURN_DIFFERENCE(
      difference(Result<std::vector<DocumentView>>(answer->views), std::move(expected)),
      "the list of prospects");
  left.erase(left.begin(), end);
  if (answer->next.has_value() == left.empty())
    return "the next page of prospects is announced wrongly";
  before = answer->next;
  return "";
}

std::string Checks::prospects() {
  std::vector<Person*> left = model_.prospects();
  std::optional<ListPlace> before;
  do {
    RETURN_DIFFERENCE(prospect_page(left, before), "prospects");
  } while (before);
  return "";
}

std::string Checks::everything() {
  for (Person& person : model_.people()) {
    subject_ = &person;
    RETURN_DIFFERENCE(this->person(person), "everybody");
    RETURN_DIFFERENCE(history(person, person.own), of(person));
    for (Record& part : person.parts) {
      RETURN_DIFFERENCE(history(person, part), of(person, part));
      RETURN_DIFFERENCE(under_another(person, part), of(person, part));
    }
    const EntityId entity = many_a_profile[choices_.below(std::size(many_a_profile))];
    RETURN_DIFFERENCE(revealed_parts(person, entity), of(person) + ", revealed");
  }
  subject_ = nullptr;
  RETURN_DIFFERENCE(look_ups(), "look-ups");
  return prospects();
}

}  // namespace velum::model
