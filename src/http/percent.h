#pragma once
// Percent-encoding, read. What is decoded may be about a person: an e-mail in a path, a reason.

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/sensitive.h"

namespace velum {

enum class PlusSign : std::uint8_t { is_plus, is_space };

// nullopt for a bad escape and for NUL, raw or encoded.
std::optional<Sensitive> decode_percent(std::string_view text, PlusSign plus);

}  // namespace velum
