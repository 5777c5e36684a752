#pragma once
// What differs between entities beside their schema: what their records hang on, and what they are
// called in the audit log.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace velum {

enum class Belonging : std::uint8_t {
  itself,          // A record is a subject, and its id is the subject's token.
  many_a_profile,  // Any number hang on a profile, each with an id of its own.
  one_a_profile,   // At most one hangs on a profile, and is shown under the profile's id.
};
Belonging belonging_of(EntityId entity);

// The record id of what a subject has only one of. No random id is equal to it: its version is 8.
RecordId only_record(Token subject, EntityId entity);

enum class Asked : std::uint8_t { current, version, conditions };
// The documented names: "GetAddressUnmasked", "GetProfileVersionUnmasked". Ours for conditions:
// "ValidateProfileConditions".
std::string unmask_action(EntityId entity, Asked asked);
// Ours, after their pattern: "CreateAddress".
std::string write_action(std::string_view verb, EntityId entity);

}  // namespace velum
