#pragma once
// Percent-encoding, read. What is decoded may be about a person: an e-mail in a path, a reason.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sensitive.h"

namespace velum {

enum class PlusSign : std::uint8_t { is_plus, is_space };

// nullopt for a bad escape, for NUL, raw or encoded, and for what is no UTF-8 then.
std::optional<Sensitive> decode_percent(std::string_view text, PlusSign plus);

}  // namespace velum
