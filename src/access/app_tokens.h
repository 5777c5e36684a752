#pragma once
// App tokens: "velum_token_", 256 random bits and a checksum of both. The prefix and the checksum
// let a scanner of repositories know one for certain, and let us refuse one that is mistyped or cut
// before anything is looked up.

#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/sensitive.h"

namespace velum {

// The text is shown once, to whoever asked for it, and is nowhere else.
struct NewAppToken {
  Sensitive text;
  Bytes hash;  // SHA-256 of the whole text.
};
NewAppToken make_app_token(Random& random);

// Is it written like one, and does its checksum fit? Says nothing of whether it is anybody's.
bool is_app_token(std::string_view text);

}  // namespace velum
