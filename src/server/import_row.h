#pragma once
// One row of a file that is imported: a profile, what hangs on it, or both. Each of its records is
// made if it is not there, so the same row can come again.
//
//   {"profile": document,
//    "email": "...",     who holds this e-mail, if there is no "profile"
//    "parts": [{"entity": "address", "key": "...", "document": document}]}
//
// A part is there if the profile has one of the same entity and key; without a key the document is
// its own. A consent's key is its purpose, and it is there, too, if the profile has one for that
// from somewhere else: what a person has said here is newer than any file.

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "profile/document_engine.h"

namespace velum {

// How many records of an entity.
class EntityCounts {
 public:
  std::uint32_t of(EntityId entity) const { return counts_.at(place(entity)); }
  void add(EntityId entity, std::uint32_t count = 1) { counts_.at(place(entity)) += count; }
  std::string json() const;  // {"profile":1,"address":2}: those that there are.

 private:
  static std::size_t place(EntityId entity) { return static_cast<std::size_t>(entity) - 1; }

  std::array<std::uint32_t, all_entities.size()> counts_{};
};

struct RowOutcome {
  EntityCounts made;
  EntityCounts already_there;
  std::optional<Token> profile;  // Whom it is about, where that is known.
};

std::string counts_json(const RowOutcome& outcome);  // "made":{...},"alreadyThere":{...}

// In whose name records are made.
class ImportCallers {
 public:
  // Fails with permission_denied, on record, if it is not theirs to make one.
  virtual Task<Result<Caller>> caller_for(EntityId entity) = 0;
  // Whose an e-mail is can be found by trying many. Rows that are right find somebody: one that
  // finds nobody, in the end, costs a look-up, and who has none left looks for nobody.
  virtual Result<void> may_look_up() { return {}; }
  virtual void found_nobody() {}

 protected:
  ~ImportCallers() = default;
};

inline Error nobody_has_email(ErrorCode code) {
  return {code, "no profile here has this e-mail: import the profiles first"};
}

// Fails with what is wrong with a document, or may not be made, before anything is made; with
// not_found if nobody holds the e-mail, invalid_argument if several do, conflict if somebody holds
// it who cannot be found. `outcome` says what was made, also before a failure: that stays, and is
// there the next time. All outlive the call.
Task<Result<void>> import_row(DocumentEngine& engine, ImportCallers& callers,
                              const Account& account, std::string_view row, RowOutcome& outcome);
// What import_row() would refuse whatever the store holds, else what it would make of nothing.
Result<RowOutcome> check_row(const Account& account, std::string_view row);

}  // namespace velum
