#include "access/roles.h"

#include <algorithm>
#include <vector>

namespace velum {
namespace {

using enum Resource;

struct Rule {
  std::vector<Resource> resources;
  std::vector<EntityId> entities = {};  // None: all.
};

Role made(std::uint32_t number, std::string key, std::string name, const std::vector<Rule>& rules) {
  Role role{std::move(key), number, std::move(name), {}};
  for (const Rule& rule : rules) {
    for (const Resource resource : rule.resources) {
      if (rule.entities.empty()) role.grants.allow(resource);
      for (const EntityId entity : rule.entities) role.grants.allow(resource, entity);
    }
  }
  return role;
}

std::vector<Role> make_predefined() {
  const std::vector<EntityId> of_a_cart{
      EntityId::prospect,        EntityId::profile,     EntityId::address,       EntityId::contact,
      EntityId::invoice_subject, EntityId::pickup_info, EntityId::purchase_info,
  };
  return {
      made(1, "owner", "Owner", {{{all_resources.begin(), all_resources.end()}}}),
      made(2, "integration", "Integration", {{{get_item, put_item}}}),
      made(3, "operator", "Operator", {{{get_item, put_item, unmask_item}}}),
      made(4, "dpo", "Data protection officer",
           {{{get_item, unmask_item, delete_item, view_audit}}}),
      made(5, "auditor", "Auditor", {{{view_audit}}}),
      made(6, "checkout", "Checkout", {{{get_item, put_item}, of_a_cart}}),
      made(7, "orders", "Orders", {{{get_item, unmask_item}, of_a_cart}}),
      made(8, "writer", "Writer", {{{get_item, put_item}}}),
      made(9, "reader", "Reader", {{{get_item}}}),
  };
}

Error misunderstood() {
  return {ErrorCode::invalid_argument,
          "resources is a list of {\"resource\": its key, \"entities\": [their names]}"};
}

Result<EntityId> entity_of(const json::Value& value) {
  const auto entity = value.is_string() ? entity_named(value.text()) : std::nullopt;
  if (!entity) return Error(ErrorCode::invalid_argument, "there is no such entity");
  return *entity;
}

Result<void> allow_one(const json::Value& grant, Grants& grants) {
  const json::Value* name = grant.is_object() ? grant.find("resource") : nullptr;
  const json::Value* entities = grant.is_object() ? grant.find("entities") : nullptr;
  const std::size_t known = entities != nullptr ? 2 : 1;
  if (name == nullptr || !name->is_string() || grant.members().size() != known) {
    return misunderstood();
  }
  const auto resource = resource_named(name->text());
  if (!resource) return Error(ErrorCode::invalid_argument, "there is no such resource");
  if (entities == nullptr) {
    grants.allow(*resource);
    return {};
  }
  if (!entities->is_array() || entities->items().empty()) return misunderstood();
  if (!is_of_entities(*resource)) {
    return Error(ErrorCode::invalid_argument, "this resource is of no entities",
                 std::string(resource_name(*resource)));
  }
  for (const json::Value& value : entities->items()) {
    TRY_ASSIGN(const EntityId entity, entity_of(value));
    grants.allow(*resource, entity);
  }
  return {};
}

}  // namespace

void Grants::allow(Resource resource, EntityId entity) {
  entities_.at(static_cast<std::size_t>(resource)) |= bit(entity);
}

void Grants::allow(Resource resource) {
  for (const EntityId entity : all_entities) allow(resource, entity);
}

void Grants::add(const Grants& others) {
  for (std::size_t at = 0; at < entities_.size(); ++at) entities_.at(at) |= others.entities_.at(at);
}

std::optional<Resource> Grants::lacking(const Grants& others) const {
  for (const Resource resource : all_resources) {
    const auto at = static_cast<std::size_t>(resource);
    if ((others.entities_.at(at) & ~entities_.at(at)) != 0) return resource;
  }
  return std::nullopt;
}

std::string Grants::json() const {
  Grants whole;
  std::string out;
  for (const Resource resource : all_resources) {
    const EntityBits entities = entities_.at(static_cast<std::size_t>(resource));
    if (entities == 0) continue;
    whole.allow(resource);
    out.append(out.empty() ? "[" : ",").append(R"({"resource":")").append(resource_name(resource));
    if (entities != whole.entities_.at(static_cast<std::size_t>(resource))) {
      out.append(R"(","entities":[)");
      const char* separator = "\"";
      for (const EntityId entity : all_entities) {
        if ((entities & bit(entity)) == 0) continue;
        out.append(separator).append(entity_name(entity)).append("\"");
        separator = ",\"";
      }
      out.append("]}");
    } else {
      out.append("\"}");
    }
  }
  return out.empty() ? "[]" : out + "]";
}

Result<Grants> Grants::of(const json::Value& list) {
  if (!list.is_array()) return misunderstood();
  Grants grants;
  for (const json::Value& grant : list.items()) TRY(allow_one(grant, grants));
  return grants;
}

std::span<const Role> predefined_roles() {
  static const std::vector<Role> roles = make_predefined();
  return roles;
}

const Role* predefined_role(std::string_view key) {
  const auto roles = predefined_roles();
  const auto found =
      std::find_if(roles.begin(), roles.end(), [key](const Role& role) { return role.key == key; });
  return found == roles.end() ? nullptr : &*found;
}

Role role_of(const RoleRow& row) {
  Role role{row.key, row.number, row.name, {}};
  const auto list = json::Document::parse(row.grants);
  if (!list) return role;
  if (const auto grants = Grants::of(list->root())) role.grants = *grants;
  return role;
}

bool is_role_key(std::string_view text) {
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-';
  };
  return !text.empty() && text.size() <= 63 && text.front() >= 'a' && text.front() <= 'z' &&
         std::all_of(text.begin(), text.end(), fits);
}

}  // namespace velum
