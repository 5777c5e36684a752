#pragma once
// Identifiers as distinct types: a RecordId cannot be passed where a Token is due.
//
// Every id but an EntryId, an EventId and an AlertId is 128 random bits in UUID v4 form. Ids are
// not secret (they may be logged) and not capabilities (holding one grants no access to the vault).

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/clock.h"
#include "base/random.h"

namespace velum {

class Uuid {
 public:
  static constexpr std::size_t size_bytes = 16;
  static constexpr std::size_t size_text = 36;
  using Raw = std::array<std::uint8_t, size_bytes>;

  constexpr Uuid() = default;
  constexpr explicit Uuid(const Raw& raw) : raw_(raw) {}

  static Uuid random(Random& random);
  // Version 7: begins with the time, so that later ones sort later and land together on disk.
  static Uuid time_ordered(Instant now, Random& random);
  // Reads 8-4-4-4-12 hex digits in either case; text() writes lower case.
  static std::optional<Uuid> parse(std::string_view text);
  static std::optional<Uuid> from_bytes(ByteView bytes);  // Exactly 16.

  std::string text() const;
  void append_text(std::string& out) const;
  ByteView bytes() const { return raw_; }

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

 private:
  Raw raw_{};
};

template <typename Tag>
class Id {
 public:
  constexpr Id() = default;
  constexpr explicit Id(const Uuid& uuid) : uuid_(uuid) {}

  static Id random(Random& random) { return Id(Uuid::random(random)); }
  static std::optional<Id> parse(std::string_view text) { return wrap(Uuid::parse(text)); }
  static std::optional<Id> from_bytes(ByteView bytes) { return wrap(Uuid::from_bytes(bytes)); }

  const Uuid& uuid() const { return uuid_; }
  std::string text() const { return uuid_.text(); }
  ByteView bytes() const { return uuid_.bytes(); }

  friend auto operator<=>(const Id&, const Id&) = default;

 private:
  static std::optional<Id> wrap(const std::optional<Uuid>& uuid) {
    if (!uuid) return std::nullopt;
    return Id(*uuid);
  }

  Uuid uuid_;
};

using Token = Id<struct TokenTag>;            // One subject: a prospect or a profile, in one store.
using RecordId = Id<struct RecordTag>;        // One document. A profile's equals its token.
using VersionId = Id<struct VersionTag>;      // One immutable state of a record.
using EntryId = Id<struct EntryTag>;          // One audit entry, before it has its number.
using RequestId = Id<struct RequestTag>;      // One HTTP request or command.
using PrincipalId = Id<struct PrincipalTag>;  // Who asks: an app key, a user, a command.
using JobId = Id<struct JobTag>;              // Work in the background that a request has begun.
using GrantId = Id<struct GrantTag>;          // One leave to unmask for a while.
using CartId = Id<struct CartTag>;            // One cart of a shop. Holding it opens no one's data.
using EventId = Id<struct EventTag>;          // An order has come to another state.
using WebhookId = Id<struct WebhookTag>;      // One receiver of an account's alerts.
using AlertId = Id<struct AlertTag>;  // One alert, whoever receives it; made of what it says.

// A store. Random, 31 bits, unique in the database: every row is keyed by it first.
enum class AccountId : std::uint32_t {};
// Rows that belong to the installation and not to a store.
inline constexpr AccountId system_account{0};

// The kinds of document. The numbers are on disk and in associated data: never reuse one.
enum class EntityId : std::uint16_t {
  profile = 1,
  prospect = 2,
  address = 3,
  purchase_info = 4,
  contact = 5,
  invoice_subject = 6,
  pickup_info = 7,
  consent = 8,
};
inline constexpr std::array all_entities{
    EntityId::profile, EntityId::prospect,        EntityId::address,     EntityId::purchase_info,
    EntityId::contact, EntityId::invoice_subject, EntityId::pickup_info, EntityId::consent};
std::string_view entity_name(EntityId entity);  // As in the API: "profile", "purchase-info".
std::optional<EntityId> entity_named(std::string_view name);

}  // namespace velum

template <>
struct std::hash<velum::Uuid> {
  // The bytes are random already.
  std::size_t operator()(const velum::Uuid& uuid) const noexcept {
    std::size_t value = 0;
    std::memcpy(&value, uuid.bytes().data(), sizeof(value));
    return value;
  }
};
template <typename Tag>
struct std::hash<velum::Id<Tag>> {
  std::size_t operator()(const velum::Id<Tag>& id) const noexcept {
    return std::hash<velum::Uuid>()(id.uuid());
  }
};
