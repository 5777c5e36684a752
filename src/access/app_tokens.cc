#include "access/app_tokens.h"

#include "base/base64.h"
#include "base/crc32c.h"
#include "crypto/crypto.h"

namespace velum {
namespace {

constexpr std::string_view prefix = "velum_token_";
constexpr std::size_t random_size_text = 43;  // Of 32 bytes in base64url.
constexpr std::size_t checksum_size_text = 6;

void append_checksum(std::string_view of, WipedText& out) {
  Bytes sum;
  append_u32be(sum, crc32c(0, as_bytes(of)));
  append_base64url(sum, out);
}

}  // namespace

NewAppToken make_app_token(Random& random) {
  Key256 secret;
  random.fill(secret.mutable_bytes());
  WipedText text;
  append(text, prefix);
  append_base64url(secret.bytes(), text);
  append_checksum(view(text), text);
  const Sha256Digest hash = sha256(as_bytes(view(text)));
  return {Sensitive(std::move(text)), Bytes(hash.begin(), hash.end())};
}

bool is_app_token(std::string_view text) {
  constexpr std::size_t checked = prefix.size() + random_size_text;
  if (text.size() != checked + checksum_size_text || !text.starts_with(prefix)) return false;
  WipedText sum;
  append_checksum(text.substr(0, checked), sum);
  return view(sum) == text.substr(checked);
}

}  // namespace velum
