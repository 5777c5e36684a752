#include "access/user_tokens.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "access/account_access.h"
#include "base/base64.h"
#include "io/sim_clock.h"
#include "io/sim_random.h"
#include "keys/root_keys.h"

namespace velum {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::string_view letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string in_base64url(std::string_view text) {
  WipedText out;
  append_base64url(as_bytes(text), out);
  return std::string(view(out));
}

class UserTokenTest : public testing::Test {
 protected:
  UserTokenTest() {
    roots_.full.emplace();
    random_.fill(roots_.full->mutable_bytes());
    random_.fill(roots_.masked.mutable_bytes());
    EpochKeys& epoch = roots_.epochs[1];
    epoch.full.emplace();
    random_.fill(epoch.full->mutable_bytes());
    random_.fill(epoch.masked.mutable_bytes());
    roots_.current_epoch = 1;
    mine_ = vault(AccountId{7});
    others_ = vault(AccountId{8});
  }

  std::unique_ptr<const Vault> vault(AccountId id) {
    const Vault::Account account{id, "us"};
    return *Vault::open(roots_, account, *Vault::make_store_keys(roots_, account, random_),
                        random_);
  }
  UserToken token(std::string basis = "3") {
    return make_user_token(PrincipalKind::user, PrincipalId::random(random_), std::move(basis),
                           clock_.now(), random_);
  }
  std::string written(const UserToken& token, std::string_view account = "loja") const {
    return std::string(sign_user_token(token, account, *mine_)->text());
  }
  std::optional<UserToken> read(std::string_view text) const {
    return read_user_token(text, "loja", *mine_, clock_.now());
  }
  // Of any claims, and whatever stands before them, with a right signature.
  std::string signed_by_us(std::string_view header, std::string_view claims) const {
    std::string text = in_base64url(header) + "." + in_base64url(claims);
    const auto signature = *mine_->sign_user_token(as_bytes(text));
    return text + "." + in_base64url(as_text(signature));
  }
  std::size_t below(std::size_t bound) {
    std::array<std::uint8_t, 4> bytes{};
    random_.fill(bytes);
    return read_u32be(bytes) % bound;
  }

  static constexpr std::string_view header_ = R"({"alg":"ES256","typ":"JWT"})";
  SimClock clock_;
  SeededRandom random_{1};
  RootKeys roots_;
  std::unique_ptr<const Vault> mine_;
  std::unique_ptr<const Vault> others_;
};

TEST_F(UserTokenTest, SaysWhatItWasMadeWith) {
  const UserToken made = token();
  const std::string text = written(made);
  EXPECT_EQ(std::count(text.begin(), text.end(), '.'), 2);
  EXPECT_LT(text.size(), 512U);
  const auto found = read(text);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, PrincipalKind::user);
  EXPECT_EQ(found->principal, made.principal);
  EXPECT_EQ(found->basis, "3");
  EXPECT_EQ(found->issued_at, made.issued_at);
  EXPECT_EQ(found->expires_at, made.issued_at + hours(24));
  EXPECT_EQ(found->id, made.id);
  EXPECT_TRUE(text.starts_with(in_base64url(header_) + "."));
  EXPECT_NE(written(token()), written(token()));
}

TEST_F(UserTokenTest, AShoppersIsForAnHourAtMost) {
  const ShopperBasis basis{PrincipalId::random(random_), "0123abcd"};
  UserToken made = make_user_token(PrincipalKind::shopper, PrincipalId::random(random_),
                                   basis.text(), clock_.now(), random_);
  EXPECT_EQ(made.expires_at, made.issued_at + hours(1));
  const auto found = read(written(made));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->kind, PrincipalKind::shopper);
  EXPECT_EQ(found->basis, basis.text());
  made.expires_at += seconds(1);
  EXPECT_FALSE(read(written(made)));
  made.kind = PrincipalKind::user;
  EXPECT_TRUE(read(written(made)));
}

TEST_F(UserTokenTest, TheBasisOfAShoppersNamesTheKey) {
  const ShopperBasis basis{PrincipalId::random(random_), "0123abcd"};
  const auto found = ShopperBasis::parse(basis.text());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->app_key, basis.app_key);
  EXPECT_EQ(found->basis, "0123abcd");
  const std::string id = basis.app_key.text();
  for (const std::string& text :
       {std::string(), std::string("."), id, id + ".", id.substr(1) + ".a", "." + id,
        std::string("3"), std::string("a.b")}) {
    EXPECT_FALSE(ShopperBasis::parse(text)) << text;
  }
}

TEST_F(UserTokenTest, IsOfOneAccountAlone) {
  const std::string text = written(token());
  EXPECT_FALSE(read_user_token(text, "loja", *others_, clock_.now()));
  EXPECT_FALSE(read_user_token(text, "outra", *mine_, clock_.now()));
  EXPECT_FALSE(read(written(token(), "outra")));
}

TEST_F(UserTokenTest, LivesForADayWhateverTheClockDoes) {
  clock_.advance(hours(48));
  const Instant now = clock_.now();
  const std::string text = written(token());
  struct Case {
    Ticks later;
    bool is_read;
  };
  const Case cases[] = {
      {hours(0), true},     {hours(24) - seconds(1), true},
      {hours(24), false},   {hours(24 * 365), false},
      {-seconds(60), true}, {-seconds(62), false},
      {-hours(24), false},  {-hours(47), false},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(read_user_token(text, "loja", *mine_, now + c.later).has_value(), c.is_read)
        << c.later.count();
  }
  UserToken longer = token();
  longer.expires_at += seconds(1);
  EXPECT_FALSE(read(written(longer)));
  UserToken shorter = token();
  shorter.expires_at -= hours(23);
  EXPECT_TRUE(read(written(shorter)));
}

// Ours is the only signature that is right here: so all of this is what a bug of ours could sign,
// or what somebody with another's signing program would.
TEST_F(UserTokenTest, WhatIsSignedMustStillBeOneSpelling) {
  const UserToken made = token();
  const std::string claims = claims_text(made, "loja");
  ASSERT_TRUE(read(signed_by_us(header_, claims)));
  const auto with = [&claims](std::string_view before, std::string_view after) {
    std::string text = claims;
    const std::size_t at = text.find(before);
    return at == std::string::npos ? std::string("absent") : text.replace(at, before.size(), after);
  };
  for (const std::string_view header :
       {R"({"alg":"none","typ":"JWT"})", R"({"alg":"HS256","typ":"JWT"})",
        R"({"alg":"ES384","typ":"JWT"})", R"({"typ":"JWT","alg":"ES256"})", R"({"alg":"ES256"})",
        R"({"alg":"ES256","typ":"JWT" })", R"({"alg":"ES256","typ":"JWT","kid":"../../dev/null"})",
        R"({"alg":"ES256","typ":"JWT","jwk":{}})", "{}", ""}) {
    EXPECT_FALSE(read(signed_by_us(header, claims))) << header;
  }
  for (const std::string& other : {with("{", "{ "),
                                   with("velum", "other"),
                                   with("loja", "outra"),
                                   with("loja", "LOJA"),
                                   with(R"("iss":"velum",)", ""),
                                   with("\"exp\":", "\"exp\":0"),
                                   with("\"iat\":", "\"iat\":-"),
                                   with(R"("kind":"user")", R"("kind":"local_admin")"),
                                   with(R"("kind":"user")", R"("kind":"shopper")"),
                                   with(R"("kind":"user")", R"("kind":"user","kind":"user")"),
                                   with(R"("basis":"3")", R"("basis":"\u0033")"),
                                   with(R"("basis":"3")", R"("basis":3)"),
                                   with(R"("basis":"3")", R"("basis":"")"),
                                   with(R"("basis":"3")", R"("basis":"3","x":1)"),
                                   claims + " ",
                                   claims + claims,
                                   std::string("[]"),
                                   std::string("null"),
                                   std::string(),
                                   std::string(2000, '[')}) {
    EXPECT_NE(other, "absent");
    EXPECT_FALSE(read(signed_by_us(header_, other))) << other;
  }
  std::string upper = claims;
  std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char letter) {
    return letter >= 'a' && letter <= 'f' ? static_cast<char>(letter - 'a' + 'A') : letter;
  });
  EXPECT_FALSE(read(signed_by_us(header_, upper)));
}

TEST_F(UserTokenTest, NothingOfItCanBeWrittenInAnotherWay) {
  const std::string text = written(token());
  ASSERT_TRUE(read(text));
  for (std::size_t size = 0; size < text.size(); ++size) EXPECT_FALSE(read(text.substr(0, size)));
  for (std::size_t at = 0; at < text.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string other = text;
      other[at] = static_cast<char>(other[at] ^ 1 << bit);
      EXPECT_FALSE(read(other)) << at << " " << bit;
    }
  }
  // The bits of a last letter that say nothing.
  for (const std::size_t at : {text.find('.') - 1, text.rfind('.') - 1, text.size() - 1}) {
    for (const char letter : letters) {
      std::string other = text;
      other[at] = letter;
      EXPECT_EQ(read(other).has_value(), other == text) << at << letter;
    }
  }
  const std::size_t first = text.find('.');
  const std::size_t second = text.rfind('.');
  const std::string head = text.substr(0, first);
  const std::string body = text.substr(first + 1, second - first - 1);
  const std::string tail = text.substr(second + 1);
  const std::string twin = written(token());
  for (const std::string& other :
       {text + "=", text + "==", text + ".", "." + text, text + " ", " " + text, text + "\n",
        head + "." + body + ".", head + "." + body, body + "." + head + "." + tail,
        head + "." + tail + "." + body, head + ".." + tail, head + "." + body + "." + tail + tail,
        head + "." + body + "." + twin.substr(twin.rfind('.') + 1), text + twin,
        head + "." + body + "=." + tail, "Bearer " + text, std::string(5000, '.'), std::string()}) {
    EXPECT_FALSE(read(other)) << other.size();
  }
}

TEST_F(UserTokenTest, OfTenThousandOthersNoneIsRight) {
  std::vector<std::string> texts;
  for (int count = 0; count < 20; ++count) texts.push_back(written(token()));
  std::vector<std::string> parts;  // Of which others are put together.
  for (const std::string& text : texts) {
    parts.push_back(text.substr(0, text.find('.')));
    parts.push_back(text.substr(text.find('.') + 1, text.rfind('.') - text.find('.') - 1));
    parts.push_back(text.substr(text.rfind('.') + 1));
  }
  const std::set<std::string> right(texts.begin(), texts.end());
  int tried = 0;
  while (tried < 10'000) {
    std::string other = texts[below(texts.size())];
    switch (below(5)) {
      case 0: other[below(other.size())] = letters[below(letters.size())]; break;
      case 1: other.erase(below(other.size()), 1 + below(4)); break;
      case 2: other.insert(below(other.size() + 1), 1, letters[below(letters.size())]); break;
      case 3: std::swap(other[below(other.size())], other[below(other.size())]); break;
      default:
        other = parts[below(parts.size())] + "." + parts[below(parts.size())] + "." +
                parts[below(parts.size())];
    }
    if (right.contains(other)) continue;
    ++tried;
    ASSERT_FALSE(read(other)) << other;
  }
}

class WhoComesWithATokenTest : public UserTokenTest {
 protected:
  bool lets_in(const AccessRows& rows, const UserToken& token, const char* peer = "127.0.0.1") {
    const AccountAccess access(rows);
    const auto principal = access.authenticate(token, Peer{IpAddress::parse(peer), {}}, clock_);
    if (principal) {
      EXPECT_EQ(principal->id, token.principal);
      EXPECT_EQ(principal->kind, token.kind);
    }
    return principal.has_value();
  }
  UserToken token_of(const AppKeyRow& row) {
    return make_user_token(PrincipalKind::app_key, row.id, basis_of(row.token_hash), clock_.now(),
                           random_);
  }
  NewAppKey key() { return make_app_key(here, "loja", "x", "reader", clock_, random_); }

  static constexpr AccountId here{7};
};

TEST_F(WhoComesWithATokenTest, OfAKeyThatIsStillWhatItWas) {
  AppKeyRow row = key().row;
  const UserToken token = token_of(row);
  EXPECT_TRUE(lets_in({here, 1, {row}, {}}, token));
  EXPECT_FALSE(lets_in({here, 1, {key().row}, {}}, token));
  AppKeyRow changed = row;
  changed.state = AppKeyState::inactive;
  EXPECT_FALSE(lets_in({here, 1, {changed}, {}}, token));
  changed = row;
  revoke(changed);
  EXPECT_FALSE(lets_in({here, 1, {changed}, {}}, token));
  changed.state = AppKeyState::active;  // By whatever mistake.
  EXPECT_FALSE(lets_in({here, 1, {changed}, {}}, token));
  changed = row;
  changed.networks = "10.0.0.0/8";
  EXPECT_FALSE(lets_in({here, 1, {changed}, {}}, token));
  EXPECT_TRUE(lets_in({here, 1, {changed}, {}}, token, "10.1.2.3"));
  changed = row;
  changed.expires_at = clock_.now() + seconds(60);
  EXPECT_TRUE(lets_in({here, 1, {changed}, {}}, token));
  clock_.advance(seconds(60));
  EXPECT_FALSE(lets_in({here, 1, {changed}, {}}, token));
}

// Whoever has logged in with a token that leaked is out when it is rotated away.
TEST_F(WhoComesWithATokenTest, EndsWithTheAppTokenThatItWasMadeWith) {
  AppKeyRow row = key().row;
  const UserToken before = token_of(row);
  rotate(row, clock_.now() + seconds(60), random_);
  EXPECT_TRUE(lets_in({here, 1, {row}, {}}, before));
  EXPECT_TRUE(lets_in({here, 1, {row}, {}}, token_of(row)));
  clock_.advance(seconds(60));
  EXPECT_FALSE(lets_in({here, 1, {row}, {}}, before));
  EXPECT_TRUE(lets_in({here, 1, {row}, {}}, token_of(row)));
  UserToken none = before;
  none.basis = "";
  EXPECT_FALSE(lets_in({here, 1, {row}, {}}, none));
}

TEST_F(WhoComesWithATokenTest, OfAUserWhoIsActiveAndHasNotSignedOut) {
  UserRow row;
  row.account = here;
  row.id = PrincipalId::random(random_);
  row.roles = "reader";
  row.generation = 4;
  const UserToken token =
      make_user_token(PrincipalKind::user, row.id, basis_of(row), clock_.now(), random_);
  const AccessRows rows{here, 1, {}, {}, {row}};
  EXPECT_TRUE(lets_in(rows, token));
  const AccountAccess access(rows);
  const Principal who{PrincipalKind::user, here, row.id, ""};
  EXPECT_TRUE(access.decide(who, Resource::get_item, EntityId::profile, clock_).allowed);
  EXPECT_FALSE(access.decide(who, Resource::unmask_item, EntityId::profile, clock_).allowed);
  EXPECT_NE(access.grants_of(who).json(), "[]");

  UserRow out = row;
  out.generation = 5;
  EXPECT_FALSE(lets_in({here, 1, {}, {}, {out}}, token));
  UserRow off = row;
  off.state = UserState::inactive;
  EXPECT_FALSE(lets_in({here, 1, {}, {}, {off}}, token));
  const AccountAccess without({here, 1, {}, {}, {off}});
  EXPECT_FALSE(without.decide(who, Resource::get_item, EntityId::profile, clock_).allowed);
  EXPECT_EQ(without.grants_of(who).json(), "[]");
  EXPECT_FALSE(lets_in({here, 1, {}, {}}, token));

  // Neither is the other, whatever the id.
  UserToken as_key = token;
  as_key.kind = PrincipalKind::app_key;
  EXPECT_FALSE(lets_in(rows, as_key));
}

}  // namespace
}  // namespace velum
