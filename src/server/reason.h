#pragma once
// Why a request unmasks: ?reason=, or ?useCase= with ?onBehalfOf=.

#include "base/result.h"
#include "http/message.h"
#include "profile/document_engine.h"

namespace velum {

// reason_required, if neither says anything; invalid_argument for one that is too long, or no
// UTF-8.
Result<Reason> reason_of(const HttpRequest& request);
// Of a command: its own words.
Result<Reason> reason_of(std::string_view words);

}  // namespace velum
