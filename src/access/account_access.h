#pragma once
// AccountAccess: who may do what in one account, at one revision. Immutable; any thread.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "access/allowed_reasons.h"
#include "access/app_keys.h"
#include "access/decision.h"
#include "access/roles.h"
#include "access/unmask_grant.h"
#include "access/user_tokens.h"
#include "base/clock.h"
#include "base/result.h"
#include "crypto/crypto.h"
#include "io/peer.h"

namespace velum {

// How somebody comes with a key.
struct Presented {
  std::string_view app_key;
  std::string_view app_token;
  Peer peer;
};

class AccountAccess {
 public:
  explicit AccountAccess(AccessRows rows);
  AccountAccess(const AccountAccess&) = delete;
  AccountAccess& operator=(const AccountAccess&) = delete;

  // Fails with unauthenticated, in one way: for an unknown key and for a wrong token, in the same
  // time; and for the right token of a key that has expired, is switched off or revoked, or comes
  // from outside its networks or without one of its certificates.
  Result<Principal> authenticate(const Presented& with, const Clock& clock) const;
  // The same of who comes with a user token, whose signature and times are right: what it was made
  // with must still be so.
  Result<Principal> authenticate(const UserToken& token, const Peer& peer,
                                 const Clock& clock) const;
  // May this principal do that? The decision says why, either way. Of a shopper it is about them
  // alone: whoever asks sees to it.
  Decision decide(const Principal& principal, Resource resource, EntityId entity,
                  const Clock& clock) const;

  // The same of revealing documents: who may see some fields alone is allowed those.
  Decision decide_reveal(const Principal& principal, EntityId entity, const Clock& clock) const;

  // The same of who names a grant: it must be theirs, and in force; and they must still be who may
  // have one.
  Decision decide_reveal(const Principal& principal, const UnmaskGrantRow& grant, EntityId entity,
                         const Clock& clock) const;

  const AllowedReasons& allowed_reasons() const { return allowed_reasons_; }

  const AccessRows& rows() const { return rows_; }
  std::uint64_t revision() const { return rows_.revision; }
  const AppKeyRow* find(PrincipalId id) const;
  const UserRow* find_user(PrincipalId id) const;
  const UnmaskGrantRow* find_grant(GrantId id) const;
  // What the grants that are in force let their holder unmask.
  Grants leave_of(PrincipalId holder, Instant now) const;
  // An app key or a user, whatever their state; nobody's, if there is none.
  Principal principal(PrincipalId id) const;
  // One of the account's own, or one that all have; nullptr: there is none.
  const Role* role(std::string_view key) const;
  std::vector<const Role*> roles() const;  // By number.
  // All that the roles of these keys allow together.
  Grants grants_of_roles(std::string_view keys) const;
  // Nothing, unless it is a key or a user that is active. Of the local administrator everything.
  Grants grants_of(const Principal& principal) const;
  // Active owners' keys that do not expire before `now`.
  std::size_t count_owners(Instant now) const;

 private:
  // Both hashes in one line of the cache: no key takes longer to be compared than another.
  struct alignas(64) Known {
    Sha256Digest token_hash{};
    Sha256Digest older_hash{};
    Principal principal;
    std::vector<IpNetwork> networks;
    std::vector<CertificateHash> certificates;
    std::vector<const Role*> roles;
    const AppKeyRow* row = nullptr;
  };

  struct KnownUser {
    Principal principal;
    std::vector<const Role*> roles;
    const UserRow* row = nullptr;
  };

  Result<Principal> authenticate_shopper(const UserToken& token, const Clock& clock) const;
  Known known(const AppKeyRow& row) const;
  std::vector<const Role*> roles_of(std::string_view keys) const;
  const std::vector<const Role*>* roles_held_by(const Principal& principal,
                                                const Clock& clock) const;
  const Known& nearest(std::string_view app_key) const;
  static bool holds(const AppKeyRow& row, bool by_older_token, const Clock& clock);
  static bool may_come(const Known& key, bool by_older_token, const Peer& peer, const Clock& clock);

  AccessRows rows_;
  AllowedReasons allowed_reasons_;
  std::map<std::string, Role, std::less<>> custom_roles_;
  std::vector<Known> keys_;  // In the order of the hashes of their names; never empty.
  std::vector<std::uint64_t> name_hashes_;  // Of those at the same places.
  std::unordered_map<PrincipalId, const Known*> by_id_;
  std::unordered_map<PrincipalId, KnownUser> users_;
  std::unordered_map<GrantId, const UnmaskGrantRow*> grants_;
};

}  // namespace velum
