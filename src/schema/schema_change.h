#pragma once
// What a change of a schema needs more than a schema that compiles: who shows or destroys with it
// what is stored must be allowed to.

#include "base/result.h"
#include "schema/mask.h"
#include "schema/schema.h"

namespace velum {

// Would a masked read under `after` show more of any document than under `before`: a value, the
// members of an object, the longer mask of a text (as of one that is not declared any more, which
// has the account's), or what was hidden because its days are over? `style` is the account's.
bool shows_more(const Schema& before, const Schema& after, MaskStyle style);

// Would values under any path be kept for fewer days? A field that was not declared was kept as
// long as its document; one inside others is kept no longer than they are.
bool keeps_less(const Schema& before, const Schema& after);

// A phone or a tax id may look like a card number. So that none stands in a masked read, custom
// fields that are either must be PII, by "normalise" or by name, at any depth. Schemas that are
// older than this rule may break it. Fails with invalid_argument.
Result<void> check_clear_numbers(const Schema& schema);

}  // namespace velum
