#pragma once
// UnmaskGrant: leave to unmask what its holder's roles do not, for a while and for a purpose.
// Others have approved it; or its holder has broken the glass, and the account's receivers of
// alerts know.
//
// Every reveal under it has its rule, so that all of them are one family in the audit log.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/clock.h"
#include "storage/access_rows.h"

namespace velum {

class UnmaskGrant {
 public:
  // What is not understood of the row grants nothing.
  explicit UnmaskGrant(const UnmaskGrantRow& row);

  // What it lets its holder unmask: all or some fields of the entities.
  const Grants& scope() const { return scope_; }
  // Of these alone; none: of anybody.
  const std::vector<Token>& subjects() const { return subjects_; }

 private:
  Grants scope_;
  std::vector<Token> subjects_;
};

// "grant:ID", or "break_glass:ID", which is told as an alert.
std::string rule_of(const UnmaskGrantRow& row);
// What its holder must still have for it to hold.
Resource needed_for(const UnmaskGrantRow& row);
// It is over, approved or not.
bool has_lapsed(const UnmaskGrantRow& row, Instant now);
bool is_in_force(const UnmaskGrantRow& row, Instant now);

}  // namespace velum
