#include "server/license_rules.h"

#include <algorithm>

#include "schema/field_names.h"

namespace velum {

namespace {

// Of two lists of which an empty one stands for all.
bool is_no_more(std::string_view given, std::string_view own) {
  const auto mine = listed(own);
  const auto wanted = listed(given);
  const auto is_mine = [&mine](std::string_view one) {
    return std::find(mine.begin(), mine.end(), one) != mine.end();
  };
  return mine.empty() || (!wanted.empty() && std::all_of(wanted.begin(), wanted.end(), is_mine));
}

}  // namespace

Error no_such_user() {
  return {ErrorCode::not_found, "there is no such user"};
}

Result<void> check_role(const AccountAccess& access, std::string_view key) {
  const Role* role = access.role(key);
  if (role == nullptr) return Error(ErrorCode::invalid_argument, "the account has no such role");
  if (can_be_given(*role)) return {};
  return Error(ErrorCode::invalid_argument,
               "the role `shopper` is what a shopper's token has: it is not given");
}

Result<void> check_fields(const Account& account, const Grants& grants) {
  for (const EntityId entity : all_entities) {
    const ObjectRules& rules = account.schema_of(entity).rules();
    for (const std::string& field : grants.fields_of(entity)) {
      const auto declared = declared_fields(rules, field);
      if (declared && *declared == FieldNames{field}) continue;
      return Error(ErrorCode::invalid_argument,
                   "fields are named as the entity's schema declares them",
                   std::string(entity_name(entity)));
    }
  }
  return {};
}

Result<void> may_give(const AccountAccess& access, const Caller& caller, const Grants& grants) {
  const auto missing = access.grants_of(caller.decision.principal).lacking(grants);
  if (!missing) return {};
  return Error(ErrorCode::permission_denied,
               "nobody gives, takes or changes more than their own roles allow: yours lack",
               std::string(resource_name(*missing)));
}

std::vector<std::string> said_of(const Grants& grants) {
  std::vector<std::string> said;
  for (const Resource resource : all_resources) {
    const auto has = [&](EntityId entity) { return grants.allows(resource, entity); };
    if (std::any_of(all_entities.begin(), all_entities.end(), has)) {
      said.emplace_back(resource_name(resource));
    }
  }
  for (const EntityId entity : all_entities) {
    for (const std::string& field : grants.fields_of(entity)) {
      std::string& one = said.emplace_back(resource_name(Resource::unmask_item));
      one.append(":").append(entity_name(entity)).append(".").append(field);
    }
  }
  return said;
}

Result<void> is_within(const AccountAccess& access, const Caller& caller, const AppKeyRow& row) {
  const AppKeyRow* own = access.find(caller.decision.principal.id);
  if (own == nullptr) return {};
  if (own->expires_at && (!row.expires_at || *row.expires_at > *own->expires_at)) {
    return Error(ErrorCode::permission_denied, "your key ends before this one would", "expiresAt");
  }
  if (!is_no_more(row.certificates, own->certificates)) {
    return Error(ErrorCode::permission_denied,
                 "your key comes with some of your client certificates alone",
                 "clientCertificates");
  }
  if (is_no_more(row.networks, own->networks)) return {};
  return Error(ErrorCode::permission_denied, "your key comes from some of your networks alone",
               "allowedNetworks");
}

}  // namespace velum
