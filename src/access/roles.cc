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
  // Not the profile: what it is found by, and what a store decides of them, is not theirs to set.
  const std::vector<EntityId> of_a_shopper{EntityId::address, EntityId::contact,
                                           EntityId::invoice_subject, EntityId::pickup_info};
  return {
      made(1, "owner", "Owner", {{{all_resources.begin(), all_resources.end()}}}),
      made(2, "integration", "Integration", {{{get_item, put_item, view_orders, manage_orders}}}),
      made(3, "operator", "Operator", {{{get_item, put_item, unmask_item, view_orders}}}),
      made(4, "dpo", "Data protection officer",
           {{{get_item, unmask_item, delete_item, view_audit, unmask_policy, manage_alerts,
              request_unmask, approve_unmask, view_orders}}}),
      made(5, "auditor", "Auditor", {{{view_audit}}}),
      made(6, "checkout", "Checkout", {{{get_item, put_item}, of_a_cart}, {{manage_checkout}}}),
      made(7, "orders", "Orders",
           {{{get_item, unmask_item}, of_a_cart}, {{view_orders, manage_orders}}}),
      made(8, "writer", "Writer", {{{get_item, put_item}}}),
      made(9, "reader", "Reader", {{{get_item}}}),
      made(10, std::string(shopper_role), "Shopper",
           {{{get_item, unmask_item}}, {{put_item, delete_item}, of_a_shopper}}),
  };
}

Error misunderstood() {
  return {ErrorCode::invalid_argument,
          "resources is a list of {\"resource\": its key, \"entities\": [their names]}, and of "
          "UnmaskItemResource \"fields\": [their names]"};
}

Result<EntityId> entity_of(const json::Value& value) {
  const auto entity = value.is_string() ? entity_named(value.text()) : std::nullopt;
  if (!entity) return Error(ErrorCode::invalid_argument, "there is no such entity");
  return *entity;
}

Result<std::vector<EntityId>> entities_of(const json::Value* list) {
  if (list == nullptr) return std::vector<EntityId>(all_entities.begin(), all_entities.end());
  if (!list->is_array() || list->items().empty()) return misunderstood();
  std::vector<EntityId> entities;
  for (const json::Value& value : list->items()) {
    TRY_ASSIGN(const EntityId entity, entity_of(value));
    entities.push_back(entity);
  }
  return entities;
}

Error too_many_fields() {
  return {ErrorCode::invalid_argument, "a role has at most 100 fields, of all its entities"};
}

// Of a field, and no word that stands for several in the audit log: all, or all that is not
// declared. What takes six bytes to be written there is refused: an entry has 64 KiB.
bool is_field_name(std::string_view text) {
  const auto is_control = [](char letter) {
    return static_cast<unsigned char>(letter) < 0x20 || letter == 0x7F;
  };
  return !text.empty() && text.size() <= Grants::field_size_max_bytes && text != "*" &&
         text != "(undeclared)" && std::none_of(text.begin(), text.end(), is_control);
}

// Whether a schema declares them is not known here.
Result<FieldNames> fields_of_list(const json::Value& list) {
  if (!list.is_array() || list.items().empty()) return misunderstood();
  if (list.items().size() > Grants::fields_max) return too_many_fields();
  FieldNames fields;
  for (const json::Value& value : list.items()) {
    if (!value.is_string() || !is_field_name(value.text())) return misunderstood();
    add_fields(fields, {std::string(value.text())});
  }
  return fields;
}

Result<void> allow_one(const json::Value& grant, Grants& grants) {
  if (!grant.is_object()) return misunderstood();
  const json::Value* name = grant.find("resource");
  const json::Value* entities = grant.find("entities");
  const json::Value* fields = grant.find("fields");
  const std::size_t known = std::size_t{1} + (entities != nullptr) + (fields != nullptr);
  if (name == nullptr || !name->is_string() || grant.members().size() != known) {
    return misunderstood();
  }
  const auto resource = resource_named(name->text());
  if (!resource) return Error(ErrorCode::invalid_argument, "there is no such resource");
  if (entities != nullptr && !is_of_entities(*resource)) {
    return Error(ErrorCode::invalid_argument, "this resource is of no entities",
                 std::string(resource_name(*resource)));
  }
  if (fields != nullptr && *resource != Resource::unmask_item) {
    return Error(ErrorCode::invalid_argument, "this resource is of no fields",
                 std::string(resource_name(*resource)));
  }
  TRY_ASSIGN(const std::vector<EntityId> of, entities_of(entities));
  FieldNames some;
  if (fields != nullptr) {
    TRY_ASSIGN(some, fields_of_list(*fields));
  }
  for (const EntityId entity : of) {
    if (fields == nullptr) grants.allow(*resource, entity);
    if (fields != nullptr) grants.allow_fields(entity, some);
  }
  return {};
}

void append_names(const FieldNames& names, std::string& out) {
  WipedText text;
  for (const std::string& name : names) {
    if (&name != names.data()) text.push_back(',');
    json::write_string(name, text);
  }
  out.append(view(text));
}

}  // namespace

bool holds_field(const FieldNames& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [name](const std::string& field) {
    return name.starts_with(field) && (name.size() == field.size() || name[field.size()] == '.');
  });
}

void add_fields(FieldNames& fields, const FieldNames& more) {
  for (const std::string& field : more) {
    const auto place = std::lower_bound(fields.begin(), fields.end(), field);
    if (place == fields.end() || *place != field) fields.insert(place, field);
  }
}

void Grants::allow(Resource resource, EntityId entity) {
  entities_.at(static_cast<std::size_t>(resource)) |= bit(entity);
  if (resource == Resource::unmask_item) fields_.erase(entity);  // All hold some.
}

void Grants::allow(Resource resource) {
  for (const EntityId entity : all_entities) allow(resource, entity);
}

void Grants::allow_fields(EntityId entity, const FieldNames& fields) {
  if (!allows(Resource::unmask_item, entity)) add_fields(fields_[entity], fields);
}

const FieldNames& Grants::fields_of(EntityId entity) const {
  static const FieldNames none;
  const auto found = fields_.find(entity);
  return found == fields_.end() ? none : found->second;
}

void Grants::add(const Grants& others) {
  for (std::size_t at = 0; at < entities_.size(); ++at) entities_.at(at) |= others.entities_.at(at);
  std::erase_if(fields_,
                [this](const auto& one) { return allows(Resource::unmask_item, one.first); });
  for (const auto& [entity, fields] : others.fields_) allow_fields(entity, fields);
}

std::optional<Resource> Grants::lacking(const Grants& others) const {
  for (const Resource resource : all_resources) {
    const auto at = static_cast<std::size_t>(resource);
    if ((others.entities_.at(at) & ~entities_.at(at)) != 0) return resource;
  }
  for (const auto& [entity, fields] : others.fields_) {
    if (allows(Resource::unmask_item, entity)) continue;
    const FieldNames& held = fields_of(entity);
    const auto is_held = [&held](const std::string& name) { return holds_field(held, name); };
    if (!std::all_of(fields.begin(), fields.end(), is_held)) return Resource::unmask_item;
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
  for (const auto& [entity, fields] : fields_) {
    out.append(out.empty() ? "[" : ",").append(R"({"resource":"UnmaskItemResource","entities":[")");
    out.append(entity_name(entity)).append(R"("],"fields":[)");
    append_names(fields, out);
    out.append("]}");
  }
  return out.empty() ? "[]" : out + "]";
}

Result<Grants> Grants::of(const json::Value& list) {
  if (!list.is_array()) return misunderstood();
  if (list.items().size() > list_max) {
    return Error(ErrorCode::invalid_argument, "a role has at most 200 grants");
  }
  Grants grants;
  for (const json::Value& grant : list.items()) {
    TRY(allow_one(grant, grants));
    std::size_t count = 0;
    for (const auto& [entity, fields] : grants.fields_) count += fields.size();
    if (count > fields_max) return too_many_fields();
  }
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

bool can_be_given(const Role& role) {
  return role.key != shopper_role;
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
