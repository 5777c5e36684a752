#include "access/account_access.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace velum {
namespace {

Error nobody() {
  return {
      ErrorCode::unauthenticated,
      "send a valid X-VTEX-API-AppKey and X-VTEX-API-AppToken, or VtexIdclientAutCookie, of this "
      "account"};
}

// Zeros where there is none: no text has that digest.
Sha256Digest digest_of(const Bytes& bytes) {
  Sha256Digest digest{};
  if (bytes.size() == digest.size()) std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

std::uint64_t name_hash(std::string_view name) {
  return std::hash<std::string_view>()(name);
}

}  // namespace

AccountAccess::AccountAccess(AccessRows rows)
    : rows_(std::move(rows)),
      allowed_reasons_(AllowedReasons::stored(rows_.unmask_policy.reasons)) {
  for (const RoleRow& row : rows_.roles) {
    if (predefined_role(row.key) == nullptr) custom_roles_.emplace(row.key, role_of(row));
  }
  for (const AppKeyRow& row : rows_.keys) keys_.push_back(known(row));
  if (keys_.empty()) keys_.emplace_back();  // No token has its hashes of zeros.
  std::sort(keys_.begin(), keys_.end(), [](const Known& left, const Known& right) {
    return name_hash(left.principal.name) < name_hash(right.principal.name);
  });
  for (const Known& key : keys_) {
    name_hashes_.push_back(name_hash(key.principal.name));
    if (key.row != nullptr) by_id_.emplace(key.principal.id, &key);
  }
  for (const UserRow& row : rows_.users) {
    // Not by the name that people have.
    Principal principal{PrincipalKind::user, row.account, row.id, row.id.text()};
    users_.emplace(row.id, KnownUser{std::move(principal), roles_of(row.roles), &row});
  }
  for (const UnmaskGrantRow& row : rows_.grants) grants_.emplace(row.id, &row);
}

// The key of that name or, if there is none, another one. The same work either way: nobody learns
// by asking which names there are. There are no two names with one hash, but for who can choose
// them, and nobody can: they are random, and the server's.
const AccountAccess::Known& AccountAccess::nearest(std::string_view app_key) const {
  const std::uint64_t wanted = name_hash(app_key);
  std::size_t place = 0;
  for (std::size_t count = name_hashes_.size(); count > 1; count -= count / 2) {
    place += std::size_t{name_hashes_[place + count / 2] <= wanted} * (count / 2);
  }
  return keys_[place];
}

AccountAccess::Known AccountAccess::known(const AppKeyRow& row) const {
  Known key;
  key.principal = {PrincipalKind::app_key, row.account, row.id, row.app_key};
  key.token_hash = digest_of(row.token_hash);
  key.older_hash = digest_of(row.older_hash);
  key.row = &row;
  key.roles = roles_of(row.roles);
  for (const std::string_view text : listed(row.networks)) {
    if (const auto network = IpNetwork::parse(text)) key.networks.push_back(*network);
  }
  for (const std::string_view text : listed(row.certificates)) {
    if (const auto hash = certificate_hash_of(text)) key.certificates.push_back(*hash);
  }
  return key;
}

std::vector<const Role*> AccountAccess::roles_of(std::string_view keys) const {
  std::vector<const Role*> roles;
  for (const std::string_view key : listed(keys)) {
    const Role* one = role(key);
    if (one != nullptr && can_be_given(*one)) roles.push_back(one);
  }
  return roles;
}

Result<Principal> AccountAccess::authenticate(const Presented& with, const Clock& clock) const {
  if (!is_app_token(with.app_token)) return nobody();
  const Sha256Digest hash = sha256(as_bytes(with.app_token));
  const Known& key = nearest(with.app_key);
  const bool is_newest = equal_in_constant_time(hash, key.token_hash);
  const bool is_older = equal_in_constant_time(hash, key.older_hash);
  if (!is_newest && !is_older) return nobody();
  // The name last: only who has the token finds out that it is another one's.
  if (key.principal.name != with.app_key) return nobody();
  if (!may_come(key, !is_newest, with.peer, clock)) return nobody();
  return key.principal;
}

Result<Principal> AccountAccess::authenticate(const UserToken& token, const Peer& peer,
                                              const Clock& clock) const {
  if (token.kind == PrincipalKind::shopper) return authenticate_shopper(token, clock);
  if (token.kind == PrincipalKind::user) {
    const auto user = users_.find(token.principal);
    if (user == users_.end()) return nobody();
    const UserRow& row = *user->second.row;
    const bool is_right = row.state == UserState::active && token.basis == basis_of(row);
    return is_right ? Result<Principal>(user->second.principal) : nobody();
  }
  const auto key = by_id_.find(token.principal);
  if (key == by_id_.end()) return nobody();
  const AppKeyRow& row = *key->second->row;
  const bool is_newest = token.basis == basis_of(row.token_hash);
  if (!is_newest && token.basis != basis_of(row.older_hash)) return nobody();
  if (!may_come(*key->second, !is_newest, peer, clock)) return nobody();
  return key->second->principal;
}

// The key that made it must still be there, with the app token of then, and may still make one. Not
// where it comes from: that is where the shopper is.
Result<Principal> AccountAccess::authenticate_shopper(const UserToken& token,
                                                      const Clock& clock) const {
  const auto basis = ShopperBasis::parse(token.basis);
  const auto found = basis ? by_id_.find(basis->app_key) : by_id_.end();
  if (found == by_id_.end()) return nobody();
  const AppKeyRow& row = *found->second->row;
  const bool is_newest = basis->basis == basis_of(row.token_hash);
  if (!is_newest && basis->basis != basis_of(row.older_hash)) return nobody();
  if (!holds(row, !is_newest, clock)) return nobody();
  const Principal& maker = found->second->principal;
  if (!decide(maker, Resource::issue_shopper_tokens, EntityId::profile, clock).allowed) {
    return nobody();
  }
  // So that the log says through whose token somebody was seen.
  return Principal{PrincipalKind::shopper, rows_.account, token.principal,
                   std::string(shopper_role) + ":" + maker.name};
}

bool AccountAccess::holds(const AppKeyRow& row, bool by_older_token, const Clock& clock) {
  if (row.state != AppKeyState::active) return false;
  if (!row.expires_at && !by_older_token) return true;
  const Instant now = clock.now();
  if (is_expired(row, now)) return false;
  return !by_older_token || (row.older_ends_at && *row.older_ends_at > now);
}

bool AccountAccess::may_come(const Known& key, bool by_older_token, const Peer& peer,
                             const Clock& clock) {
  const AppKeyRow& row = *key.row;
  if (!holds(row, by_older_token, clock)) return false;
  // By the row, so that what is not understood of it lets nobody in.
  const auto& shown = peer.certificate;
  const bool is_shown = shown && std::find(key.certificates.begin(), key.certificates.end(),
                                           *shown) != key.certificates.end();
  if (!row.certificates.empty() && !is_shown) return false;
  if (row.networks.empty()) return true;
  const auto& from = peer.address;
  return from && std::any_of(key.networks.begin(), key.networks.end(),
                             [&from](const IpNetwork& one) { return one.contains(*from); });
}

Decision AccountAccess::decide(const Principal& principal, Resource resource, EntityId entity,
                               const Clock& clock) const {
  Decision decision{principal, resource, entity, "none", false};
  // Whoever opened the admin socket owns the machine: file permissions were the authentication.
  if (principal.kind == PrincipalKind::local_admin) {
    decision.rule = "local_admin";
    decision.allowed = true;
    return decision;
  }
  if (principal.kind == PrincipalKind::shopper) {
    decision.rule = "role:" + std::string(shopper_role);
    decision.allowed = predefined_role(shopper_role)->grants.allows(resource, entity);
    decision.subjects = {Token(principal.id.uuid())};
    return decision;
  }
  const std::vector<const Role*>* held = roles_held_by(principal, clock);
  if (held == nullptr) return decision;
  const std::vector<const Role*>& roles = *held;
  for (const Role* role : roles) {
    if (!role->grants.allows(resource, entity)) continue;
    decision.rule = "role:" + role->key;
    decision.allowed = true;
    return decision;
  }
  if (roles.empty()) return decision;
  decision.rule = "role:";
  for (const Role* role : roles) {
    decision.rule.append(role == roles.front() ? "" : ",").append(role->key);
  }
  return decision;
}

Decision AccountAccess::decide_reveal(const Principal& principal, EntityId entity,
                                      const Clock& clock) const {
  Decision decision = decide(principal, Resource::unmask_item, entity, clock);
  if (decision.allowed) return decision;
  const std::vector<const Role*>* const held = roles_held_by(principal, clock);
  if (held == nullptr) return decision;
  std::string rule;
  for (const Role* role : *held) {
    const FieldNames& fields = role->grants.fields_of(entity);
    if (fields.empty()) continue;
    rule.append(rule.empty() ? "role:" : ",").append(role->key);
    add_fields(decision.fields, fields);
  }
  if (decision.fields.empty()) return decision;
  decision.rule = std::move(rule);
  decision.allowed = true;
  return decision;
}

Decision AccountAccess::decide_reveal(const Principal& principal, const UnmaskGrantRow& grant,
                                      EntityId entity, const Clock& clock) const {
  Decision decision = decide(principal, needed_for(grant), entity, clock);
  const UnmaskGrant leave(grant);
  decision.resource = Resource::unmask_item;
  decision.rule = rule_of(grant);
  const bool is_whole = leave.scope().allows(Resource::unmask_item, entity);
  const FieldNames& fields = leave.scope().fields_of(entity);
  decision.allowed = decision.allowed && grant.holder == principal.id &&
                     is_in_force(grant, clock.now()) && (is_whole || !fields.empty());
  if (!decision.allowed) return decision;
  if (!is_whole) decision.fields = fields;
  decision.subjects = leave.subjects();
  return decision;
}

const UnmaskGrantRow* AccountAccess::find_grant(GrantId id) const {
  const auto found = grants_.find(id);
  return found == grants_.end() ? nullptr : found->second;
}

Grants AccountAccess::leave_of(PrincipalId holder, Instant now) const {
  Grants all;
  for (const UnmaskGrantRow& row : rows_.grants) {
    if (row.holder == holder && is_in_force(row, now)) all.add(UnmaskGrant(row).scope());
  }
  return all;
}

Principal AccountAccess::principal(PrincipalId id) const {
  if (const auto user = users_.find(id); user != users_.end()) return user->second.principal;
  const auto key = by_id_.find(id);
  return key == by_id_.end() ? Principal() : key->second->principal;
}

// nullptr: of nobody, or nobody any more. A request may go on for long after its key was looked at.
const std::vector<const Role*>* AccountAccess::roles_held_by(const Principal& principal,
                                                             const Clock& clock) const {
  if (principal.kind == PrincipalKind::user) {
    const auto user = users_.find(principal.id);
    const bool is_active = user != users_.end() && user->second.row->state == UserState::active;
    return is_active ? &user->second.roles : nullptr;
  }
  const auto found = by_id_.find(principal.id);
  if (found == by_id_.end() || found->second->row->state != AppKeyState::active) return nullptr;
  const AppKeyRow& row = *found->second->row;
  if (row.expires_at && is_expired(row, clock.now())) return nullptr;
  return &found->second->roles;
}

const UserRow* AccountAccess::find_user(PrincipalId id) const {
  const auto found = users_.find(id);
  return found == users_.end() ? nullptr : found->second.row;
}

const AppKeyRow* AccountAccess::find(PrincipalId id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second->row;
}

const Role* AccountAccess::role(std::string_view key) const {
  if (const Role* role = predefined_role(key)) return role;
  const auto found = custom_roles_.find(key);
  return found == custom_roles_.end() ? nullptr : &found->second;
}

std::vector<const Role*> AccountAccess::roles() const {
  std::vector<const Role*> all;
  for (const Role& role : predefined_roles()) all.push_back(&role);
  for (const auto& [key, role] : custom_roles_) all.push_back(&role);
  std::sort(all.begin(), all.end(), [](const Role* left, const Role* right) {
    return std::tie(left->number, left->key) < std::tie(right->number, right->key);
  });
  return all;
}

Grants AccountAccess::grants_of_roles(std::string_view keys) const {
  Grants all;
  for (const Role* one : roles_of(keys)) all.add(one->grants);
  return all;
}

Grants AccountAccess::grants_of(const Principal& principal) const {
  if (principal.kind == PrincipalKind::local_admin) return grants_of_roles(owner_role);
  if (principal.kind == PrincipalKind::user) {
    const UserRow* user = find_user(principal.id);
    const bool is_active = user != nullptr && user->state == UserState::active;
    return is_active ? grants_of_roles(user->roles) : Grants();
  }
  const AppKeyRow* key = find(principal.id);
  if (key == nullptr || key->state != AppKeyState::active) return {};
  return grants_of_roles(key->roles);
}

std::size_t AccountAccess::count_owners(Instant now) const {
  return static_cast<std::size_t>(
      std::count_if(rows_.keys.begin(), rows_.keys.end(), [now](const AppKeyRow& key) {
        const auto roles = listed(key.roles);
        return key.state == AppKeyState::active && !is_expired(key, now) &&
               std::find(roles.begin(), roles.end(), owner_role) != roles.end();
      }));
}

}  // namespace velum
