#include "server/module_caller.h"

#include <algorithm>

#include "crypto/crypto.h"

namespace velum {
namespace {

// Version 8, as no random id is: the same in every account and process.
PrincipalId id_of_text(std::string_view kind, ByteView bytes) {
  const Sha256Digest digest = sha256({as_bytes("velum "), as_bytes(kind), bytes});
  Uuid::Raw raw{};
  std::copy_n(digest.begin(), raw.size(), raw.begin());
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0F) | 0x80);
  raw[8] = static_cast<std::uint8_t>((raw[8] & 0x3F) | 0x80);
  return PrincipalId(Uuid(raw));
}

}  // namespace

Decision decision_of_module(AccountId account, std::string_view module) {
  Decision decision;
  decision.principal = {PrincipalKind::module, account, id_of_text("module ", as_bytes(module)),
                        std::string(module)};
  decision.rule = std::string("module:").append(module);
  decision.allowed = true;
  return decision;
}

PrincipalId principal_of_peer(const Peer& peer) {
  constexpr std::size_t customer_bytes = 6;  // A /48.
  const IpAddress address = peer.address.value_or(IpAddress());
  const bool is_v4 = std::all_of(address.bytes.begin(), address.bytes.begin() + 10,
                                 [](std::uint8_t byte) { return byte == 0; });
  const ByteView bytes(address.bytes);
  return id_of_text("peer ", is_v4 ? bytes : bytes.first(customer_bytes));
}

}  // namespace velum
