#pragma once
// One spelling for all the ways to write the same value, so that a digest finds it. Idempotent.
//
// A change here orphans the digests on disk: raise normaliser_version with it.

#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "schema/field.h"

namespace velum {

inline constexpr std::uint16_t normaliser_version = 1;

// e-mail: trimmed, NFC, lower case. Tax id: NFKC, letters and digits only, upper case. Phone: NFKC,
// digits, with the '+' if one leads. Text: trimmed, case-folded, NFC, one space between words.
// Empty if nothing is left. Fails with invalid_field for what is not UTF-8, and for an e-mail
// that is none.
Result<Sensitive> normalise_value(FieldMeaning meaning, std::string_view value);

// One '@' with something on both sides, at most 254 bytes, no spaces and no control characters.
// `value` is normalised.
bool is_email(std::string_view value);

}  // namespace velum
