#pragma once
// A message as Standard Webhooks has it (https://www.standardwebhooks.com): its id, when it was
// sent, and an HMAC-SHA-256 of both and the body, under a secret that its receiver knows.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/sensitive.h"
#include "http/https_poster.h"

namespace velum {

// "whsec_" and base64 of 32 bytes.
WipedText webhook_secret_text(const Key256& secret);
std::optional<Key256> webhook_secret_of(std::string_view text);

struct Message {
  HttpsUrl url;
  std::string id;
  std::string body;
};
// With a signature for each secret, so that a receiver may change from one to another.
HttpsPost signed_post(Message message, std::span<const Key256> secrets, Instant now);

}  // namespace velum
