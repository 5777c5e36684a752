#include "base/ids.h"

#include <algorithm>

#include "base/result.h"

namespace velum {
namespace {

constexpr std::string_view uuid_digits = "0123456789abcdef";

constexpr bool dash_before(std::size_t byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

}  // namespace

Uuid Uuid::random(Random& random) {
  Raw raw{};
  random.fill(raw);
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0F) | 0x40);  // Version 4.
  raw[8] = static_cast<std::uint8_t>((raw[8] & 0x3F) | 0x80);  // RFC 9562 variant.
  return Uuid(raw);
}

Uuid Uuid::time_ordered(Instant now, Random& random) {
  Raw raw = Uuid::random(random).raw_;
  const auto time_ms = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(now.time_since_epoch()).count());
  for (std::size_t index = 0; index < 6; ++index) {
    raw[index] = static_cast<std::uint8_t>(time_ms >> (40 - 8 * index) & 0xFF);
  }
  raw[6] = static_cast<std::uint8_t>((raw[6] & 0x0F) | 0x70);  // Version 7.
  return Uuid(raw);
}

std::optional<Uuid> Uuid::parse(std::string_view text) {
  if (text.size() != size_text) return std::nullopt;
  Raw raw{};
  std::size_t at = 0;
  for (std::size_t index = 0; index < size_bytes; ++index) {
    if (dash_before(index) && text[at++] != '-') return std::nullopt;
    const auto byte = from_hex(text.substr(at, 2));
    if (!byte) return std::nullopt;
    raw[index] = byte->front();
    at += 2;
  }
  return Uuid(raw);
}

std::optional<Uuid> Uuid::from_bytes(ByteView bytes) {
  if (bytes.size() != size_bytes) return std::nullopt;
  Raw raw{};
  std::copy(bytes.begin(), bytes.end(), raw.begin());
  return Uuid(raw);
}

void Uuid::append_text(std::string& out) const {
  for (std::size_t index = 0; index < size_bytes; ++index) {
    if (dash_before(index)) out.push_back('-');
    out.push_back(uuid_digits[raw_[index] >> 4]);
    out.push_back(uuid_digits[raw_[index] & 0xF]);
  }
}

std::string Uuid::text() const {
  std::string text;
  text.reserve(size_text);
  append_text(text);
  return text;
}

std::string_view entity_name(EntityId entity) {
  switch (entity) {
    case EntityId::profile: return "profile";
    case EntityId::prospect: return "prospect";
    case EntityId::address: return "address";
    case EntityId::purchase_info: return "purchase-info";
    case EntityId::contact: return "contact";
    case EntityId::invoice_subject: return "invoice-subject";
    case EntityId::pickup_info: return "pickup-info";
    case EntityId::consent: return "consent";
  }
  VELUM_CHECK(false);
}

std::optional<EntityId> entity_named(std::string_view name) {
  for (const EntityId entity : all_entities) {
    if (entity_name(entity) == name) return entity;
  }
  return std::nullopt;
}

}  // namespace velum
