#pragma once
// Percent-encoding, read.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace velum {

enum class PlusSign : std::uint8_t { is_plus, is_space };

// nullopt for a bad escape and for NUL, raw or encoded.
std::optional<std::string> decode_percent(std::string_view text, PlusSign plus);

}  // namespace velum
