#pragma once
// AuditFilter: which entries a reader wants to see. Of the values of one member any will do, and
// all members that have some must fit. A value is a prefix; an empty one lets all by.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace velum {

// What an entry must be besides: `disclosure` is one after which somebody knew what is masked.
enum class AuditKind : std::uint8_t { any, disclosure };

struct AuditFilter {
  using AnyOf = std::vector<std::string>;

  AnyOf applications = {};  // application_of() the action.
  AnyOf actions = {};
  AnyOf actors = {};  // The actor's id or name.
  AnyOf entities = {};
  AnyOf ids = {};                    // Of the record or the token.
  AnyOf grants = {};                 // Whose leave it was, or what was done to it.
  AnyOf outcomes = {};               // "done", "refused", "failed", "begun".
  std::optional<Instant> from = {};  // The first moment that counts,
  std::optional<Instant> to = {};    // and the first that does not any more.
  AuditKind kind = AuditKind::any;
};

// The part of the platform that an action belongs to: no entry says it, its action does.
inline constexpr std::array<std::string_view, 4> application_names{"profile-system", "user-rights",
                                                                   "license-manager", "audit"};
std::string_view application_of(std::string_view action);

// A token that whoever asked for it can see somebody's data with.
inline constexpr std::string_view shopper_token_made = "CreateShopperToken";

// "GetAddressVersionUnmasked" and its like, the orders' GetUnmaskedPersonalInformation, and the
// above. Whether it came to that, the outcome says.
bool is_disclosure_action(std::string_view action);

// The text of a member of an entry, up to the first character that is escaped; "" if there is none.
// `entry` is what encode() made (audit/entry.h): canonical, so a member can be found as text, and
// no value can look like one, since quotes in values are escaped.
std::string_view audit_member(std::string_view entry, std::string_view name);
// Likewise of the entry's actor: "id", "kind", "name".
std::string_view audit_actor_member(std::string_view entry, std::string_view name);

// A filter made ready to be held against many entries.
class AuditMatcher {
 public:
  explicit AuditMatcher(AuditFilter filter);
  bool matches(std::string_view entry) const;

 private:
  bool matches_time(std::string_view entry) const;

  AuditFilter filter_;
  std::string from_, to_;  // As in entries: such texts sort as the times do.
};

}  // namespace velum
