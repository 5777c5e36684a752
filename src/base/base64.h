#pragma once
// Base64 (RFC 4648), of what is public and of keys. Reading is strict: canonical and padded, one
// spelling a value. The forms for keys leave nothing behind that is not wiped.

#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/sensitive.h"

namespace velum {

std::string to_base64(ByteView bytes);
std::optional<Bytes> from_base64(std::string_view text);

void append_base64(ByteView secret, WipedText& out);
void append_base64url(ByteView secret, WipedText& out);      // Section 5, without padding.
std::optional<Bytes> from_base64url(std::string_view text);  // The same back.
std::optional<Key256> key_from_base64(std::string_view text);

}  // namespace velum
