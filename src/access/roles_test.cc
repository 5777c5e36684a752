#include "access/roles.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>

namespace velum {
namespace {

Result<Grants> grants_of_text(std::string_view text) {
  TRY_ASSIGN(const json::Document list, json::Document::parse(text));
  return Grants::of(list.root());
}

TEST(Grants, AreReadAndWritten) {
  const std::string text = R"([{"resource":"GetItemResource"},)"
                           R"({"resource":"UnmaskItemResource","entities":["profile","address"]},)"
                           R"({"resource":"ViewAuditResource"}])";
  const auto grants = grants_of_text(text);
  ASSERT_TRUE(grants);
  EXPECT_EQ(grants->json(), text);
  EXPECT_TRUE(grants->allows(Resource::get_item, EntityId::consent));
  EXPECT_TRUE(grants->allows(Resource::unmask_item, EntityId::address));
  EXPECT_FALSE(grants->allows(Resource::unmask_item, EntityId::contact));
  EXPECT_TRUE(grants->allows(Resource::view_audit, EntityId::profile));
  EXPECT_FALSE(grants->allows(Resource::put_item, EntityId::profile));
  EXPECT_EQ(Grants().json(), "[]");
}

TEST(Grants, AreRefusedWhereTheyAreNotUnderstood) {
  for (const std::string_view text :
       {R"({})",
        R"(["GetItemResource"])",
        R"([{}])",
        R"([{"resource":1}])",
        R"([{"resource":"getitemresource"}])",
        R"([{"resource":"GetItemResource","fields":["email"]}])",
        R"([{"resource":"GetItemResource","entities":[]}])",
        R"([{"resource":"GetItemResource","entities":"profile"}])",
        R"([{"resource":"GetItemResource","entities":["shopper"]}])",
        R"([{"resource":"GetItemResource","entities":[1]}])",
        R"([{"resource":"ViewAuditResource","entities":["profile"]}])",
        R"([{"resource":"ViewAuditResource","fields":["email"]}])",
        R"([{"resource":"UnmaskItemResource","fields":[]}])",
        R"([{"resource":"UnmaskItemResource","fields":"email"}])",
        R"([{"resource":"UnmaskItemResource","fields":[""]}])",
        R"([{"resource":"UnmaskItemResource","fields":["*"]}])",
        R"-([{"resource":"UnmaskItemResource","fields":["(undeclared)"]}])-",
        R"([{"resource":"UnmaskItemResource","fields":["a\u0001"]}])",
        R"([{"resource":"UnmaskItemResource","fields":[1]}])",
        R"([{"resource":"UnmaskItemResource","field":["email"]}])",
        R"([{"resource":"UnmaskItemResource","fields":["email"],"entities":[]}])"}) {
    EXPECT_FALSE(grants_of_text(text)) << text;
  }
}

// A role of one entity with these fields.
Result<Grants> grants_of_fields(std::size_t count, std::string_view more = "") {
  std::string text = R"([{"resource":"UnmaskItemResource","entities":["profile"],"fields":["f0")";
  for (std::size_t at = 1; at < count; ++at) text += ",\"f" + std::to_string(at) + "\"";
  return grants_of_text(text.append("]}").append(more).append("]"));
}

TEST(Grants, HaveSoManyFields) {
  EXPECT_TRUE(grants_of_fields(Grants::fields_max));
  EXPECT_FALSE(grants_of_fields(Grants::fields_max + 1));
  constexpr std::string_view one_more =
      R"(,{"resource":"UnmaskItemResource","entities":["contact"],"fields":["email"]})";
  EXPECT_TRUE(grants_of_fields(Grants::fields_max - 1, one_more));
  EXPECT_FALSE(grants_of_fields(Grants::fields_max, one_more));
  const std::string name(Grants::field_size_max_bytes, 'a');
  const std::string begin = R"([{"resource":"UnmaskItemResource","fields":[")";
  EXPECT_TRUE(grants_of_text(begin + name + "\"]}]"));
  EXPECT_FALSE(grants_of_text(begin + name + "a\"]}]"));
}

// Each of them may be merged with all before it.
TEST(Grants, AreListedSoOften) {
  const auto listed = [](std::size_t count) {
    std::string text;
    for (; count > 0; --count) text += R"(,{"resource":"GetItemResource"})";
    return grants_of_text("[" + text.substr(1) + "]").has_value();
  };
  EXPECT_TRUE(listed(Grants::list_max));
  EXPECT_FALSE(listed(Grants::list_max + 1));
}

TEST(Grants, OfFieldsAreNoneOfTheWhole) {
  const std::string text =
      R"([{"resource":"UnmaskItemResource","entities":["contact"]},)"
      R"({"resource":"UnmaskItemResource","entities":["profile"],"fields":["a\"b","email"]}])";
  const auto grants = grants_of_text(
      R"([{"resource":"UnmaskItemResource","entities":["profile"],"fields":["email","a\"b"]},)"
      R"({"resource":"UnmaskItemResource","entities":["contact"]},)"
      R"({"resource":"UnmaskItemResource","entities":["contact","profile"],"fields":["email"]}])");
  ASSERT_TRUE(grants);
  EXPECT_EQ(grants->json(), text);
  EXPECT_FALSE(grants->allows(Resource::unmask_item, EntityId::profile));
  EXPECT_EQ(grants->fields_of(EntityId::profile), (FieldNames{"a\"b", "email"}));
  EXPECT_TRUE(grants->allows(Resource::unmask_item, EntityId::contact));
  EXPECT_EQ(grants->fields_of(EntityId::contact), FieldNames());
  EXPECT_EQ(grants->fields_of(EntityId::address), FieldNames());
  const auto again = grants_of_text(text);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->json(), text);
}

TEST(Grants, OfFieldsAreHeldByThoseAndByWhatTheyAreIn) {
  struct Case {
    FieldNames held, given;
    bool lacks;
  };
  const Case cases[] = {
      {{"email"}, {"email"}, false},
      {{"email", "phone"}, {"email"}, false},
      {{"email"}, {"email", "phone"}, true},
      {{"home"}, {"home.city"}, false},
      {{"home.city"}, {"home"}, true},
      {{"home"}, {"homePhone"}, true},
      {{}, {"email"}, true},
      {{"email"}, {}, false},
      {{"home.city"}, {"home.city.x"}, false},
      {{"email"}, {"emai"}, true},
  };
  for (const Case& one : cases) {
    Grants held;
    Grants given;
    if (!one.held.empty()) held.allow_fields(EntityId::profile, one.held);
    if (!one.given.empty()) given.allow_fields(EntityId::profile, one.given);
    EXPECT_EQ(held.lacking(given).has_value(), one.lacks);
  }
  Grants whole;
  whole.allow(Resource::unmask_item, EntityId::profile);
  Grants some;
  some.allow_fields(EntityId::profile, {"email"});
  EXPECT_EQ(whole.lacking(some), std::nullopt);
  EXPECT_EQ(some.lacking(whole), Resource::unmask_item);
  Grants elsewhere;
  elsewhere.allow_fields(EntityId::contact, {"email"});
  EXPECT_EQ(whole.lacking(elsewhere), Resource::unmask_item);
  some.add(whole);
  EXPECT_EQ(some.lacking(whole), std::nullopt);
  EXPECT_EQ(some.json(), whole.json());
}

TEST(Grants, SayWhatTheyLack) {
  Grants some;
  some.allow(Resource::get_item);
  some.allow(Resource::unmask_item, EntityId::profile);
  Grants more = some;
  EXPECT_EQ(some.lacking(more), std::nullopt);
  EXPECT_EQ(some.lacking({}), std::nullopt);
  more.allow(Resource::unmask_item, EntityId::address);
  EXPECT_EQ(some.lacking(more), Resource::unmask_item);
  EXPECT_EQ(more.lacking(some), std::nullopt);
  some.add(more);
  EXPECT_EQ(some.lacking(more), std::nullopt);
}

TEST(Roles, OnlyTheOwnerGivesRightsAndOnlyWhoSaysSoReveals) {
  std::set<std::string> reveal;
  std::set<std::uint32_t> numbers;
  for (const Role& role : predefined_roles()) {
    EXPECT_TRUE(is_role_key(role.key));
    EXPECT_TRUE(numbers.insert(role.number).second);
    EXPECT_LT(role.number, custom_role_number_min);
    for (const EntityId entity : all_entities) {
      if (role.grants.allows(Resource::unmask_item, entity)) reveal.insert(role.key);
      for (const Resource resource : all_resources) {
        if (resource <= Resource::view_audit) continue;
        const std::set<std::pair<std::string, Resource>> others{
            {"dpo", Resource::unmask_policy},       {"dpo", Resource::manage_alerts},
            {"dpo", Resource::request_unmask},      {"dpo", Resource::approve_unmask},
            {"dpo", Resource::view_orders},         {"operator", Resource::view_orders},
            {"integration", Resource::view_orders}, {"integration", Resource::manage_orders},
            {"orders", Resource::view_orders},      {"orders", Resource::manage_orders},
            {"checkout", Resource::manage_checkout}};
        EXPECT_EQ(role.grants.allows(resource, entity),
                  role.key == owner_role || others.contains({role.key, resource}))
            << role.key;
      }
    }
  }
  EXPECT_EQ(reveal, (std::set<std::string>{"owner", "operator", "dpo", "orders", "shopper"}));
}

// "all", "cart" or "" of a resource.
std::string cell(const Role& role, Resource resource) {
  std::set<EntityId> entities;
  for (const EntityId entity : all_entities) {
    if (role.grants.allows(resource, entity)) entities.insert(entity);
  }
  if (entities.empty()) return "";
  if (entities.size() == all_entities.size()) return "all";
  const std::set<EntityId> of_a_cart{
      EntityId::prospect,        EntityId::profile,     EntityId::address,      EntityId::contact,
      EntityId::invoice_subject, EntityId::pickup_info, EntityId::purchase_info};
  const std::set<EntityId> of_a_shopper{EntityId::address, EntityId::contact,
                                        EntityId::invoice_subject, EntityId::pickup_info};
  if (entities == of_a_shopper) return "own parts";
  return entities == of_a_cart ? "cart" : "others";
}

TEST(Roles, AreTheDocumentedOnes) {
  std::set<std::string> ours;
  for (const Role& role : predefined_roles()) {
    std::string line = "| `" + role.key + "` | " + std::to_string(role.number) + " |";
    for (const Resource resource : all_resources) {
      const std::string text = cell(role, resource);
      line.append(text.empty() ? " |" : " " + text + " |");
      if (resource == Resource::save_app_keys) break;
    }
    ours.insert(line);
  }
  std::set<std::string> documented;
  std::ifstream page(VELUM_SOURCE_DIR "/docs/access.md");
  bool is_table = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| role |")) is_table = true;
    if (line.empty()) is_table = false;
    if (is_table && line.starts_with("| `")) documented.insert(line);
  }
  EXPECT_EQ(documented, ours);
}

TEST(Roles, WhatIsNotUnderstoodOfARowGrantsNothing) {
  for (const std::string_view grants : {"", "{", R"([{"resource":"GetItemResource"},{}])"}) {
    const Role role = role_of({AccountId{7}, "mine", 1000, "Mine", std::string(grants)});
    EXPECT_EQ(role.grants.json(), "[]");
    EXPECT_EQ(role.key, "mine");
  }
}

}  // namespace
}  // namespace velum
