#include "alerts/signed_message.h"

#include <chrono>

#include "base/base64.h"
#include "crypto/crypto.h"

namespace velum {
namespace {

constexpr std::string_view secret_prefix = "whsec_";

}  // namespace

WipedText webhook_secret_text(const Key256& secret) {
  WipedText text;
  append(text, secret_prefix);
  append_base64(secret.bytes(), text);
  return text;
}

std::optional<Key256> webhook_secret_of(std::string_view text) {
  if (!text.starts_with(secret_prefix)) return std::nullopt;
  return key_from_base64(text.substr(secret_prefix.size()));
}

HttpsPost signed_post(Message message, std::span<const Key256> secrets, Instant now) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  const std::string timestamp = std::to_string(seconds.count());
  const std::string head = message.id + "." + timestamp + ".";
  std::string signatures;
  for (const Key256& secret : secrets) {
    if (!signatures.empty()) signatures += ' ';
    const Sha256Digest mac = hmac_sha256(secret.bytes(), {as_bytes(head), as_bytes(message.body)});
    signatures += "v1," + to_base64(mac);
  }
  return {std::move(message.url),
          {{"webhook-id", std::move(message.id)},
           {"webhook-timestamp", timestamp},
           {"webhook-signature", std::move(signatures)}},
          std::move(message.body)};
}

}  // namespace velum
