#pragma once
// Why a request unmasks: ?reason=, or ?useCase= with ?onBehalfOf=; or, where neither is given, the
// purpose of the grant that it names, or else what its key has for that. A shopper's is `self`.

#include "access/allowed_reasons.h"
#include "base/result.h"
#include "http/message.h"
#include "profile/document_engine.h"

namespace velum {

struct ReasonRules {
  const AllowedReasons& allowed;
  std::string_view default_reason;  // Of the key; empty: none.
  std::string_view purpose = {};    // Of the grant, whose approvers took it; empty: none.
};

// reason_required, if none says anything; reason_not_allowed, with what is, for another one than
// the account allows; invalid_argument for one that is too long, or no UTF-8.
Result<Reason> reason_of(const HttpRequest& request, const ReasonRules& rules);
// Whoever asks for their own has no other: whatever the request says, "self".
Reason reason_of_shopper();
// Of a grant. Fails with reason_not_allowed.
Result<void> check_purpose(const AllowedReasons& allowed, std::string_view purpose);
// Of a command: its own words.
Result<Reason> reason_of(std::string_view words);

}  // namespace velum
