#include "access/app_keys.h"

#include <gtest/gtest.h>

#include "io/sim_random.h"

namespace velum {
namespace {

constexpr AccountId here{7};
constexpr AccountId elsewhere{8};

TEST(AppKeys, OnlyTheRightTokenInTheRightAccountIsSomebody) {
  SeededRandom random(1);
  const NewAppKey mine = make_app_key(here, "loja", "first", "owner", random);
  const NewAppKey other = make_app_key(elsewhere, "outra", "first", "owner", random);
  const AppKeys keys({mine.row, other.row});
  const std::string app_key = mine.row.app_key;
  const std::string token(mine.token.text());

  struct Case {
    AccountId account;
    std::string app_key, token;
    bool known;
  };
  const Case cases[] = {
      {here, app_key, token, true},
      {here, app_key, token + "x", false},
      {here, app_key, token.substr(1), false},
      {here, app_key, "", false},
      {here, "", token, false},
      {here, app_key + "x", token, false},
      {elsewhere, app_key, token, false},
      {here, other.row.app_key, std::string(other.token.text()), false},
      {here, other.row.app_key, token, false},
  };
  for (const Case& c : cases) {
    const auto principal = keys.authenticate(c.account, c.app_key, c.token);
    EXPECT_EQ(principal.has_value(), c.known) << c.app_key.size() << " " << c.token.size();
    if (principal) {
      EXPECT_EQ(principal->id, mine.row.id);
    }
  }
}

TEST(AppKeys, ARoleAllowsWhatItSaysAndNoMore) {
  SeededRandom random(2);
  const NewAppKey owner = make_app_key(here, "loja", "a", "owner", random);
  const NewAppKey reader = make_app_key(here, "loja", "b", "reader", random);
  const AppKeys keys({owner.row, reader.row});
  for (const Resource resource :
       {Resource::get_item, Resource::put_item, Resource::delete_item, Resource::unmask_item}) {
    const Principal who{PrincipalKind::app_key, here, owner.row.id, ""};
    EXPECT_TRUE(keys.decide(who, resource, EntityId::profile).allowed);
    const Principal less{PrincipalKind::app_key, here, reader.row.id, ""};
    const Decision decision = keys.decide(less, resource, EntityId::profile);
    EXPECT_EQ(decision.allowed, resource == Resource::get_item);
    EXPECT_EQ(decision.rule, "role:reader");
    const Principal nobody{PrincipalKind::app_key, here, PrincipalId(), ""};
    EXPECT_FALSE(keys.decide(nobody, resource, EntityId::profile).allowed);
  }
}

TEST(AppKeys, TheTokenIsNotInTheRow) {
  SeededRandom random(3);
  const NewAppKey key = make_app_key(here, "loja", "a", "owner", random);
  EXPECT_TRUE(key.token.text().starts_with("velum_token_"));
  EXPECT_EQ(key.row.token_hash.size(), 32U);
  EXPECT_EQ(key.row.app_key.find(key.token.text().substr(12)), std::string::npos);
}

}  // namespace
}  // namespace velum
