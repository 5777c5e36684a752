#include "profile/imported_record.h"

#include <algorithm>

namespace velum {
namespace {

constexpr std::uint16_t digest_version = 1;

}  // namespace

RecordId imported_record(const Caller& caller, Token owner, std::string_view source_key) {
  std::string label("imported.");
  label.append(entity_name(caller.entity())).append(".").append(owner.text());
  const Sha256Digest digest =
      caller.account->vault->lookup_digest({label, digest_version, source_key});
  Uuid::Raw raw{};
  std::copy_n(digest.begin(), raw.size(), raw.begin());
  // Version 8, as only_record(): what is made of something.
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0F) | 0x80);
  raw[8] = static_cast<std::uint8_t>((raw[8] & 0x3F) | 0x80);
  return RecordId(Uuid(raw));
}

}  // namespace velum
