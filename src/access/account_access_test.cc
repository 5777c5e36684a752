#include "access/account_access.h"

#include <gtest/gtest.h>

#include <cctype>
#include <functional>
#include <random>

#include "base/base64.h"
#include "base/crc32c.h"
#include "io/sim_clock.h"
#include "io/sim_random.h"

namespace velum {
namespace {

using std::chrono::seconds;

constexpr AccountId here{7};

class AccountAccessTest : public testing::Test {
 protected:
  NewAppKey key(std::string roles) {
    return make_app_key(here, "loja", "label", std::move(roles), clock_, random_);
  }
  static AccountAccess access_of(std::vector<AppKeyRow> keys, std::vector<RoleRow> roles = {}) {
    return AccountAccess({here, 1, std::move(keys), std::move(roles)});
  }
  bool lets_in(const AccountAccess& access, std::string_view key, std::string_view token,
               const char* peer = "127.0.0.1") {
    const auto address = peer != nullptr ? IpAddress::parse(peer) : std::nullopt;
    return access.authenticate({key, token, address}, clock_).has_value();
  }

  SimClock clock_;
  SeededRandom random_{1};
};

TEST_F(AccountAccessTest, OnlyTheRightTokenOfTheRightKeyIsSomebody) {
  const NewAppKey mine = key("owner");
  const NewAppKey other = key("owner");
  const AccountAccess access = access_of({mine.row, other.row});
  const std::string app_key = mine.row.app_key;
  const std::string token(mine.token.text());
  const std::string stranger(make_app_token(random_).text.text());
  struct Case {
    std::string app_key, token;
    bool known;
  };
  const Case cases[] = {
      {app_key, token, true},
      {app_key, token + "x", false},
      {app_key, token.substr(1), false},
      {app_key, "", false},
      {"", token, false},
      {app_key + "x", token, false},
      {app_key, std::string(other.token.text()), false},
      {app_key, stranger, false},
      {other.row.app_key, token, false},
      {"", "", false},
  };
  for (const Case& c : cases) {
    const auto principal = access.authenticate({c.app_key, c.token, {}}, clock_);
    EXPECT_EQ(principal.has_value(), c.known) << c.app_key.size() << " " << c.token.size();
    if (principal) {
      EXPECT_EQ(principal->id, mine.row.id);
      EXPECT_EQ(principal->account, here);
      EXPECT_EQ(principal->name, app_key);
    }
  }
}

TEST_F(AccountAccessTest, OfTenThousandOtherTokensNoneIsRight) {
  const NewAppKey mine = key("owner");
  const AccountAccess access = access_of({mine.row});
  for (int count = 0; count < 10'000; ++count) {
    std::string token(count % 2 == 0 ? mine.token.text() : make_app_token(random_).text.text());
    std::array<std::uint8_t, 2> draw{};
    random_.fill(draw);
    if (count % 2 == 0) token[draw[0] % token.size()] ^= static_cast<char>(draw[1] % 127 + 1);
    ASSERT_FALSE(lets_in(access, mine.row.app_key, token));
  }
}

TEST_F(AccountAccessTest, AKeyEndsWhenItSaysAndNoLater) {
  NewAppKey mine = key("owner");
  mine.row.expires_at = clock_.now() + seconds(60);
  const AccountAccess access = access_of({mine.row});
  EXPECT_TRUE(lets_in(access, mine.row.app_key, mine.token.text()));
  clock_.advance(seconds(59));
  EXPECT_TRUE(lets_in(access, mine.row.app_key, mine.token.text()));
  EXPECT_EQ(access.count_owners(clock_.now()), 1U);
  clock_.advance(seconds(1));
  EXPECT_FALSE(lets_in(access, mine.row.app_key, mine.token.text()));
  EXPECT_EQ(access.count_owners(clock_.now()), 0U);
}

TEST_F(AccountAccessTest, AfterARotationBothTokensAreRightForAWhile) {
  NewAppKey mine = key("owner");
  const std::string app_key = mine.row.app_key;
  const Sensitive second = rotate(mine.row, clock_.now() + seconds(60), random_);
  const AccountAccess overlap = access_of({mine.row});
  EXPECT_TRUE(lets_in(overlap, app_key, second.text()));
  EXPECT_TRUE(lets_in(overlap, app_key, mine.token.text()));
  const Sensitive third = rotate(mine.row, clock_.now() + seconds(60), random_);
  EXPECT_FALSE(lets_in(access_of({mine.row}), app_key, mine.token.text()));
  EXPECT_TRUE(lets_in(access_of({mine.row}), app_key, second.text()));
  EXPECT_TRUE(lets_in(access_of({mine.row}), app_key, third.text()));
  clock_.advance(seconds(60));
  EXPECT_TRUE(lets_in(overlap, app_key, second.text()));
  EXPECT_FALSE(lets_in(overlap, app_key, mine.token.text()));
}

TEST_F(AccountAccessTest, WhoIsSwitchedOffOrRevokedIsNobody) {
  NewAppKey mine = key("owner");
  mine.row.state = AppKeyState::inactive;
  const AccountAccess off = access_of({mine.row});
  EXPECT_FALSE(lets_in(off, mine.row.app_key, mine.token.text()));
  const Principal who{PrincipalKind::app_key, here, mine.row.id, ""};
  EXPECT_FALSE(off.decide(who, Resource::get_item, EntityId::profile, clock_).allowed);
  EXPECT_EQ(off.grants_of(who).json(), "[]");
  EXPECT_EQ(off.count_owners(clock_.now()), 0U);
  revoke(mine.row);
  mine.row.state = AppKeyState::active;  // By whatever mistake.
  EXPECT_FALSE(lets_in(access_of({mine.row}), mine.row.app_key, mine.token.text()));
}

TEST_F(AccountAccessTest, AKeyWithCertificatesComesWithOneOfThem) {
  NewAppKey mine = key("owner");
  const CertificateHash first{1};
  const CertificateHash second{2};
  const std::string one = to_hex(first);
  struct Case {
    std::string certificates;
    std::optional<CertificateHash> shown;
    bool let_in;
  };
  const Case cases[] = {
      {"", std::nullopt, true},
      {"", first, true},
      {one, first, true},
      {one, second, false},
      {one, std::nullopt, false},
      {one + "," + to_hex(second), second, true},
      {"not one", first, false},  // A damaged row lets nobody in.
      {"not one", std::nullopt, false},
  };
  for (const Case& c : cases) {
    mine.row.certificates = c.certificates;
    const Peer peer{IpAddress::parse("127.0.0.1"), c.shown};
    const AccountAccess access = access_of({mine.row});
    const Presented with{mine.row.app_key, mine.token.text(), peer};
    EXPECT_EQ(access.authenticate(with, clock_).has_value(), c.let_in) << c.certificates;
    const UserToken login =
        make_user_token(PrincipalKind::app_key, mine.row.id,
                        basis_of(sha256(as_bytes(mine.token.text()))), clock_.now(), random_);
    EXPECT_EQ(access.authenticate(login, peer, clock_).has_value(), c.let_in) << c.certificates;
  }
}

TEST_F(AccountAccessTest, AFingerprintIsReadAsItIsPrinted) {
  CertificateHash hash{};
  for (std::size_t place = 0; place < hash.size(); ++place) {
    hash[place] = static_cast<std::uint8_t>(7 * place + 200);
  }
  const std::string digits = to_hex(hash);
  std::string printed;
  for (std::size_t place = 0; place < digits.size(); ++place) {
    if (place > 0 && place % 2 == 0) printed.push_back(':');
    printed.push_back(static_cast<char>(std::toupper(digits[place])));
  }
  EXPECT_EQ(certificate_hash_of(digits), hash);
  EXPECT_EQ(certificate_hash_of(printed), hash);
  std::string moved = printed;
  std::swap(moved[2], moved[3]);
  for (const std::string& text :
       {std::string(), std::string(64, 'g'), digits.substr(1), digits + "00", digits.substr(2),
        printed.substr(3), printed + ":", moved, std::string(95, ':'), std::string(95, 'a')}) {
    EXPECT_FALSE(certificate_hash_of(text)) << text;
  }
}

TEST_F(AccountAccessTest, AKeyWithNetworksComesFromThemOnly) {
  NewAppKey mine = key("owner");
  struct Case {
    const char* networks;
    const char* peer;
    bool let_in;
  };
  const Case cases[] = {
      {"", nullptr, true},
      {"10.0.0.0/8", "10.1.2.3", true},
      {"10.0.0.0/8", "::ffff:10.1.2.3", true},
      {"10.0.0.0/8", "11.1.2.3", false},
      {"10.0.0.0/8", nullptr, false},
      {"10.0.0.0/8,2001:db8::/32", "2001:db8::7", true},
      {"10.0.0.0/8,2001:db8::/32", "2001:db9::7", false},
      {"not one", "10.1.2.3", false},  // A damaged row lets nobody in.
  };
  for (const Case& c : cases) {
    mine.row.networks = c.networks;
    EXPECT_EQ(lets_in(access_of({mine.row}), mine.row.app_key, mine.token.text(), c.peer), c.let_in)
        << c.networks << " " << (c.peer != nullptr ? c.peer : "nowhere");
  }
}

TEST_F(AccountAccessTest, ARoleAllowsWhatItSaysAndNoMore) {
  const NewAppKey mine = key("custom,reader,nothing");
  const RoleRow custom{here, "custom", 1000, "Custom",
                       R"([{"resource":"UnmaskItemResource","entities":["address"]}])"};
  const RoleRow shadow{here, "reader", 1001, "Reader", R"([{"resource":"Save_ApiKeys"}])"};
  const AccountAccess access = access_of({mine.row}, {custom, shadow});
  const Principal who{PrincipalKind::app_key, here, mine.row.id, ""};
  struct Case {
    Resource resource;
    EntityId entity;
    bool allowed;
    std::string_view rule;
  };
  const Case cases[] = {
      {Resource::get_item, EntityId::profile, true, "role:reader"},
      {Resource::unmask_item, EntityId::address, true, "role:custom"},
      {Resource::unmask_item, EntityId::profile, false, "role:custom,reader"},
      {Resource::save_app_keys, EntityId::profile, false, "role:custom,reader"},
      {Resource::put_item, EntityId::address, false, "role:custom,reader"},
  };
  for (const Case& c : cases) {
    const Decision decision = access.decide(who, c.resource, c.entity, clock_);
    EXPECT_EQ(decision.allowed, c.allowed) << resource_name(c.resource);
    EXPECT_EQ(decision.rule, c.rule);
  }
  const Decision nobody = access.decide({}, Resource::get_item, EntityId::profile, clock_);
  EXPECT_FALSE(nobody.allowed);
  EXPECT_EQ(nobody.rule, "none");
  const Principal admin{PrincipalKind::local_admin, here, {}, "velum appkey"};
  EXPECT_TRUE(access.decide(admin, Resource::save_roles, EntityId::profile, clock_).allowed);
}

TEST_F(AccountAccessTest, OfSomeFieldsARoleAllowsThoseAlone) {
  const auto of_fields = [](std::string name, const std::string& fields) {
    return RoleRow{
        here, std::move(name), 1000, "Name",
        R"([{"resource":"UnmaskItemResource","entities":["profile"],"fields":)" + fields + "}]"};
  };
  const std::vector<RoleRow> roles{of_fields("one", R"(["email"])"),
                                   of_fields("two", R"(["phone","email"])")};
  struct Case {
    std::string roles;
    EntityId entity;
    bool allowed;
    FieldNames fields;
    std::string_view rule;
  };
  const Case cases[] = {
      {"one", EntityId::profile, true, {"email"}, "role:one"},
      {"reader,two,one", EntityId::profile, true, {"email", "phone"}, "role:two,one"},
      {"one,orders", EntityId::profile, true, {}, "role:orders"},
      {"one", EntityId::contact, false, {}, "role:one"},
      {"reader", EntityId::profile, false, {}, "role:reader"},
      {"", EntityId::profile, false, {}, "none"},
  };
  for (const Case& c : cases) {
    const NewAppKey mine = key(c.roles);
    const AccountAccess access = access_of({mine.row}, roles);
    const Principal who{PrincipalKind::app_key, here, mine.row.id, ""};
    const Decision decision = access.decide_reveal(who, c.entity, clock_);
    EXPECT_EQ(decision.allowed, c.allowed) << c.roles;
    EXPECT_EQ(decision.fields, c.fields) << c.roles;
    EXPECT_EQ(decision.rule, c.rule);
    // Who asks for nothing but the resource is not told that some of it would do.
    const bool all = access.decide(who, Resource::unmask_item, c.entity, clock_).allowed;
    EXPECT_EQ(all, c.allowed && c.fields.empty()) << c.roles;
  }
  NewAppKey ended = key("one");
  ended.row.expires_at = clock_.now();
  const AccountAccess access = access_of({ended.row}, roles);
  const Principal who{PrincipalKind::app_key, here, ended.row.id, ""};
  EXPECT_FALSE(access.decide_reveal(who, EntityId::profile, clock_).allowed);
}

TEST_F(AccountAccessTest, OnlyActiveOwnersThatLastCount) {
  const NewAppKey owner = key("reader,owner");
  const AccountAccess access = access_of({owner.row, key("dpo").row, key("owner-of-sorts").row});
  EXPECT_EQ(access.count_owners(clock_.now()), 1U);
}

TEST_F(AccountAccessTest, TheTokenIsNotInTheRow) {
  const NewAppKey mine = key("owner");
  EXPECT_EQ(mine.row.token_hash.size(), 32U);
  EXPECT_EQ(mine.row.app_key.find(mine.token.text().substr(12)), std::string::npos);
}

// A request may go on for longer than its key.
TEST_F(AccountAccessTest, WhatBeganBeforeAKeyEndsIsAllowedNothingAfterIt) {
  NewAppKey mine = key("owner");
  mine.row.expires_at = clock_.now() + seconds(10);
  const AccountAccess access = access_of({mine.row});
  const Principal who{PrincipalKind::app_key, here, mine.row.id, mine.row.app_key};
  EXPECT_TRUE(access.decide(who, Resource::get_item, EntityId::profile, clock_).allowed);
  clock_.advance(seconds(10));
  EXPECT_FALSE(access.decide(who, Resource::get_item, EntityId::profile, clock_).allowed);
}

// As somebody would who has seen most of a token, or who knows how its checksum is made.
TEST_F(AccountAccessTest, NoneOfTenThousandMutationsOfATokenIsTaken) {
  const NewAppKey mine = key("owner");
  const AccountAccess access = access_of({mine.row, key("owner").row});
  const std::string token(mine.token.text());
  const std::size_t checked = token.size() - 6;
  std::minstd_rand dice(1);
  int with_right_checksum = 0;
  for (int round = 0; round < 10'000; ++round) {
    std::string mutation = token;
    const std::size_t place = dice() % mutation.size();
    switch (round % 6) {
      case 0: mutation[place] = static_cast<char>(mutation[place] ^ (1 << dice() % 8)); break;
      case 1: mutation.erase(place, 1 + dice() % 3); break;
      case 2: mutation.insert(place, 1, "Aa0-_ \0\xff"[dice() % 8]); break;
      case 3: std::swap(mutation[place], mutation[dice() % mutation.size()]); break;
      case 4: mutation[place] = "ABab01-_"[dice() % 8]; break;
      case 5: mutation = mutation.substr(place) + mutation.substr(0, place); break;
    }
    if (round % 2 == 0 && mutation.size() == token.size()) {
      WipedText sum;
      Bytes bytes;
      append_u32be(bytes, crc32c(0, as_bytes(std::string_view(mutation).substr(0, checked))));
      append_base64url(bytes, sum);
      mutation.replace(checked, 6, view(sum));
      with_right_checksum += is_app_token(mutation) ? 1 : 0;
    }
    if (mutation == token) continue;
    ASSERT_FALSE(lets_in(access, mine.row.app_key, mutation)) << "round " << round;
  }
  EXPECT_GT(with_right_checksum, 1'000) << "those that the checksum alone would not stop";
  EXPECT_TRUE(lets_in(access, mine.row.app_key, token));
}

class ShopperTokenTest : public AccountAccessTest {
 protected:
  ShopperTokenTest() : maker_(key("owner")) {}

  UserToken token_of(const NewAppKey& maker) {
    const ShopperBasis basis{maker.row.id, basis_of(sha256(as_bytes(maker.token.text())))};
    return make_user_token(PrincipalKind::shopper, subject_, basis.text(), clock_.now(), random_);
  }
  bool is_somebody(const AppKeyRow& maker, const UserToken& token) {
    const auto principal = access_of({maker}).authenticate(token, Peer(), clock_);
    return principal.has_value();
  }

  NewAppKey maker_;
  PrincipalId subject_ = PrincipalId::random(random_);
};

TEST_F(ShopperTokenTest, IsTheShopperWhileTheKeyThatMadeItMayMakeOne) {
  const UserToken token = token_of(maker_);
  const auto principal = access_of({maker_.row}).authenticate(token, Peer(), clock_);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->kind, PrincipalKind::shopper);
  EXPECT_EQ(principal->id, subject_);
  EXPECT_EQ(principal->name, "shopper:" + maker_.row.app_key);
  struct Case {
    const char* what;
    std::function<void(AppKeyRow&)> change;
    bool is_known;
  };
  const Instant now = clock_.now();
  const Case cases[] = {
      {"nothing", [](AppKeyRow&) {}, true},
      {"a key from elsewhere: the shopper is", [](AppKeyRow& row) { row.networks = "10.0.0.0/8"; },
       true},
      {"a key that ends later", [now](AppKeyRow& row) { row.expires_at = now + seconds(1); }, true},
      {"a key that has ended", [now](AppKeyRow& row) { row.expires_at = now; }, false},
      {"a key that is off", [](AppKeyRow& row) { row.state = AppKeyState::inactive; }, false},
      {"a key that is revoked", [](AppKeyRow& row) { revoke(row); }, false},
      {"a key that may make none", [](AppKeyRow& row) { row.roles = "checkout"; }, false},
      {"a key of nothing", [](AppKeyRow& row) { row.roles = ""; }, false},
      {"another key", [this](AppKeyRow& row) { row.id = PrincipalId::random(random_); }, false},
  };
  for (const Case& c : cases) {
    AppKeyRow row = maker_.row;
    c.change(row);
    EXPECT_EQ(is_somebody(row, token), c.is_known) << c.what;
  }
}

TEST_F(ShopperTokenTest, EndsWithTheAppTokenThatItWasMadeWith) {
  const UserToken token = token_of(maker_);
  AppKeyRow row = maker_.row;
  static_cast<void>(rotate(row, clock_.now() + seconds(60), random_));
  EXPECT_TRUE(is_somebody(row, token));
  AppKeyRow again = row;
  static_cast<void>(rotate(again, clock_.now() + seconds(60), random_));
  EXPECT_FALSE(is_somebody(again, token));
  clock_.advance(seconds(60));
  EXPECT_FALSE(is_somebody(row, token));
  UserToken without = token;
  without.basis = maker_.row.id.text() + ".";
  EXPECT_FALSE(is_somebody(maker_.row, without));
  without.basis = basis_of(sha256(as_bytes(maker_.token.text())));
  EXPECT_FALSE(is_somebody(maker_.row, without));
}

TEST_F(ShopperTokenTest, MayDoWhatItsRoleSaysWithItsOwnAlone) {
  const AccountAccess access = access_of({maker_.row});
  const Principal shopper{PrincipalKind::shopper, here, subject_, "shopper"};
  for (const Resource resource : all_resources) {
    for (const EntityId entity : all_entities) {
      const Decision decision = access.decide(shopper, resource, entity, clock_);
      const bool is_part = entity == EntityId::address || entity == EntityId::contact ||
                           entity == EntityId::invoice_subject || entity == EntityId::pickup_info;
      const bool reads = resource == Resource::get_item || resource == Resource::unmask_item;
      const bool writes = resource == Resource::put_item || resource == Resource::delete_item;
      EXPECT_EQ(decision.allowed, reads || (writes && is_part)) << resource_name(resource);
      EXPECT_EQ(decision.rule, "role:shopper");
      ASSERT_EQ(decision.subjects.size(), 1U);
      EXPECT_EQ(decision.subjects.front(), Token(subject_.uuid()));
    }
  }
}

// A row that says so all the same is a row that somebody wrote into the database.
TEST_F(ShopperTokenTest, ItsRoleIsWorthNothingToAKey) {
  const NewAppKey key_of_it = key("shopper");
  const AccountAccess access = access_of({key_of_it.row});
  const Principal who{PrincipalKind::app_key, here, key_of_it.row.id, ""};
  EXPECT_FALSE(access.decide(who, Resource::get_item, EntityId::profile, clock_).allowed);
  EXPECT_EQ(access.grants_of(who).json(), "[]");
}

}  // namespace
}  // namespace velum
