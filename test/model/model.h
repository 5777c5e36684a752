#pragma once
// Model: what the API promises, in plain memory. Written from docs/api.md; shares nothing with the
// engine but its words. It is asked after the engine, at the same instant, and learns from the
// engine's answers only what chance has chosen: ids.

#include <cstdint>
#include <list>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "storage/store.h"
#include "test/model/masks.h"
#include "test/model/value.h"

namespace velum::model {

struct Version {
  VersionId id;
  EntityId entity{};  // Of the record then: its masks stay.
  Instant written_at;
  Value document;
  std::set<std::string> custom = {};  // What was declared clear when its masks were made.
};

struct Record {
  EntityId entity{};
  Instant created_at;
  std::optional<Instant> expires_at;
  std::vector<Version> versions;  // The newest last.
  RecordKey key;                  // Until it is named: none.
  RecordId shown_id;
  bool gone = false;

  const Value& document() const { return versions.back().document; }
};

// A subject, with what hangs on it.
struct Person {
  std::size_t number = 0;
  Record own;
  std::list<Record> parts;  // In the order in which they were made.
  bool was_prospect = false;
};

// An answer that shows a document. `record` is null of one that has no name yet.
struct Shown {
  Value document;
  Record* record = nullptr;
  const Version* version = nullptr;
};

struct Options {
  std::optional<std::uint32_t> ttl_days;
  std::optional<VersionId> if_match;
};

struct ErasedCount {
  std::uint32_t there = 0;
  std::uint32_t expired = 0;
};

inline const Error not_found(ErrorCode::not_found, "");

class Model {
 public:
  static constexpr std::size_t parts_max = 100;

  explicit Model(const Clock& clock) : clock_(clock) {}

  // Writes: what is answered, after the change was made. Whoever asks names what is new: see
  // name().
  Result<Shown> create(EntityId entity, const Value& body, const Options& options);
  Result<Shown> create_part(Person& person, EntityId entity, const Value& body,
                            const Options& options);
  Result<Shown> patch(Person& person, Record& record, const Value& body, const Options& options);
  Result<Shown> put_purchase_info(Person& person, const Value& body, const Options& options);
  Result<void> remove(Person& person, Record& record, const Options& options);
  Result<Shown> convert(Person& person, const Options& options);
  ErasedCount erase(const std::string& email);
  // Of profiles.
  void declare_clear(std::set<std::string> fields) { custom_ = std::move(fields); }
  void keep_nicknames_for(std::optional<std::uint32_t> days) { nickname_days_ = days; }
  void make_masks_again();
  // Takes the nicknames that were over at that moment out of all versions.
  void prune(Instant settled);

  // Reads.
  // What is shown of a version: what both hold for clear that its masks were made under, and now.
  Marks marks_of(const Version& version) const;
  bool is_there(const Person& person) const { return is_alive(person.own); }
  bool is_there(const Person& person, const Record& record) const {
    return is_alive(person.own) && is_alive(record);
  }
  // What is still kept of it, and the end of its nickname, if it has one.
  Value document_of(const Version& version) const;
  std::optional<Instant> end_of_nickname(const Version& version) const;
  Result<Shown> read_masked(const Person& person, Record& record, const Version& version) const;
  Result<Shown> unmask(const Person& person, Record& record, const Version& version) const;
  std::vector<Record*> parts(Person& person, EntityId entity);  // The oldest first.
  std::vector<Person*> prospects();                             // The newest first.
  // Of a profile's field: "email" or "document".
  Result<Person*> find(const std::string& field, const std::string& value);

  std::list<Person>& people() { return people_; }

 private:
  Marks marks_now(EntityId entity) const;
  void add_version(Record& record, EntityId entity, Value document) const;
  Instant now() const { return clock_.now(); }
  bool is_alive(const Record& record) const {
    return !record.gone && (!record.expires_at || *record.expires_at > now());
  }
  Record make_record(EntityId entity, Value document, const Options& options) const;
  Result<void> refuse(EntityId entity, const Value& document, const Person* whose);
  Record& add_part(Person& person, EntityId entity, Value document, const Options& options);
  std::optional<Instant> expiry(const Options& options) const;

  const Clock& clock_;
  std::list<Person> people_;
  std::set<std::string> custom_;
  std::optional<std::uint32_t> nickname_days_;
};

// The record that was just made or changed, after its own answer.
void name(Record& record, const RecordKey& key, RecordId shown_id, VersionId version);

}  // namespace velum::model
