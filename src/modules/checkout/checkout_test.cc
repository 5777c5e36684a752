#include "modules/checkout/checkout.h"

#include "modules/for_test.h"

namespace velum::checkout_test {
namespace {

class CheckoutTest : public ModulesTest {
 protected:
  CheckoutTest() : checkout_({account, *store_, people_, clock_, random_}) {}

  Cart new_cart() { return *run(checkout_.create(Bytes(32, 1))); }
  Result<Cart> say(const Cart& cart, std::string_view client) {
    const auto body = json::Document::parse(client);
    EXPECT_TRUE(body);
    return run(checkout_.attach(cart, "clientProfileData", body->root()));
  }
  static std::string digests_of(const Cart& cart) {
    std::string all;
    for (const OrderDigest& digest : cart.digests) {
      all.append(all.empty() ? "" : ", ").append(as_text(digest.digest));
    }
    return all;
  }

  Checkout checkout_;
};

TEST_F(CheckoutTest, ADigestIsOfWhatWasSaidLast) {
  const struct {
    std::string_view client;
    std::string_view digests;
  } said[] = {
      {R"({"email":"a@b.c"})", "orders:email:a@b.c"},
      {R"({"document":"1","firstName":"Ana","lastName":"Prado"})",
       "orders:email:a@b.c, orders:document:1, orders:fullName:Ana Prado"},
      // As it was shown: nothing is known of it that was not.
      {R"({"email":"a@*.*","firstName":"A**","lastName":"P****"})",
       "orders:email:a@b.c, orders:document:1, orders:fullName:Ana Prado"},
      {R"({"phone":"7"})", "orders:email:a@b.c, orders:document:1, orders:fullName:Ana Prado"},
      // An asterisk alone makes no mask.
      {R"({"email":"a*b@b.c"})",
       "orders:document:1, orders:fullName:Ana Prado, orders:email:a*b@b.c"},
      {R"({"email":"x@y.z","document":null})", "orders:fullName:Ana Prado, orders:email:x@y.z"},
      // Half a name is no name.
      {R"({"lastName":"Souza"})", "orders:email:x@y.z"},
      {R"({"firstName":"A**","lastName":"Souza"})", "orders:email:x@y.z"},
      {R"({"email":null})", ""},
  };
  Cart cart = new_cart();
  for (const auto& [client, digests] : said) {
    if (cart.row.subject) {
      people_.documents[RecordId(cart.row.subject->subject.uuid())] =
          R"({"email":"a@*.*","firstName":"A**","lastName":"P****"})";
    }
    auto told = say(cart, client);
    ASSERT_TRUE(told) << client;
    cart = *std::move(told);
    EXPECT_EQ(digests_of(cart), digests) << client;
    EXPECT_EQ(digests_of(*run(checkout_.find(cart.row.id))), digests);
  }
  EXPECT_EQ(people_.documents.size(), 1U);
}

TEST_F(CheckoutTest, OfTwoWhoSayWhoTheyAreAtOnceTheSecondChangesTheSameProspect) {
  const Cart cart = new_cart();
  std::optional<Cart> first;
  people_.before_answer = [&] { first = *say(cart, R"({"email":"first@b.c"})"); };
  // While the second waits for its prospect, the first is done.
  const auto told = say(cart, R"({"lastName":"Second"})");
  ASSERT_TRUE(told && first);
  EXPECT_EQ(told->row.subject->subject, first->row.subject->subject);
  EXPECT_EQ(people_.documents.size(), 1U) << "one that no cart knows is left";
  EXPECT_EQ(digests_of(*told), "orders:email:first@b.c");
}

TEST_F(CheckoutTest, ACartIsChangedSoOftenAndNoMore) {
  Cart cart = new_cart();
  const auto choice = json::Document::parse(R"({"optinNewsLetter":true})");
  for (std::uint64_t change = 0; change < Checkout::changes_max; ++change) {
    auto changed = run(checkout_.attach(cart, "clientPreferencesData", choice->root()));
    ASSERT_TRUE(changed) << change;
    cart = *std::move(changed);
  }
  const auto refused = run(checkout_.attach(cart, "clientPreferencesData", choice->root()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::conflict);
}

TEST_F(CheckoutTest, ACartLivesFromItsLastChange) {
  Cart cart = new_cart();
  const auto days = [](std::uint32_t count) { return std::chrono::days(count); };
  clock_.advance(days(Checkout::days_kept) - Ticks(1));
  ASSERT_TRUE(run(checkout_.find(cart.row.id)));
  ASSERT_TRUE(say(cart, R"({"email":"a@b.c"})"));
  clock_.advance(days(1));
  ASSERT_TRUE(run(checkout_.find(cart.row.id)));
  clock_.advance(days(Checkout::days_kept));
  EXPECT_EQ(run(checkout_.find(cart.row.id)).error().code(), ErrorCode::not_found);
}

TEST(Cart, ItsIdIsReadWithDashesAndWithout) {
  const CartId id = *CartId::parse("70da7643-967f-42c3-adbf-460bc52974be");
  EXPECT_EQ(cart_text(id), "70da7643967f42c3adbf460bc52974be");
  EXPECT_EQ(parse_cart("70da7643967f42c3adbf460bc52974be"), id);
  EXPECT_EQ(parse_cart("70DA7643-967F-42c3-adbf-460bc52974be"), id);
  for (const std::string_view text :
       {"", "70da7643967f42c3adbf460bc52974b", "70da7643967f42c3adbf460bc52974bx",
        "70da7643-967f42c3adbf460bc52974be", "70da7643967f42c3adbf460bc52974be0"}) {
    EXPECT_EQ(parse_cart(text), std::nullopt) << text;
  }
}

TEST(Cart, WhatIsNoCartIsCorrupt) {
  for (const std::string content :
       {"", "[]", "{", "{}", R"({"items":7})", R"({"items":[7]})", R"({"items":[],"addressId":7})",
        R"({"items":[],"digests":[{"field":1,"digest":"!"}]})", R"({"items":[{"quantity":-1}]})"}) {
    CartRow row;
    row.content = content;
    const auto cart = read_cart(std::move(row));
    ASSERT_FALSE(cart) << content;
    EXPECT_EQ(cart.error().code(), ErrorCode::corrupt);
  }
}

}  // namespace
}  // namespace velum::checkout_test
