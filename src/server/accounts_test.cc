#include "server/accounts.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() {
    for (const char* const name : {"loja", "outra"}) {
      auto account = std::make_unique<Account>();
      account->name = name;
      accounts_.add(std::move(account));
    }
  }

  // The account's name, or "none".
  std::string of(std::string_view host, std::string_view query = {},
                 std::string_view header = {}) const {
    HttpRequest request;
    request.host = host;
    request.query = query;
    if (!header.empty()) request.headers.push_back({"x-velum-account", header});
    const auto found = accounts_.of_request(request);
    if (!found) EXPECT_EQ(found.error().code(), ErrorCode::not_found);
    return found ? (*found)->name : "none";
  }

  Accounts accounts_;
};

TEST_F(AccountsTest, AHostsFirstLabelNamesOneWhateverItsCaseAndPort) {
  EXPECT_EQ(of("loja.vault.example.com"), "loja");
  EXPECT_EQ(of("outra.vault.example.com:8443"), "outra");
  EXPECT_EQ(of("Outra.Vault.Example.com"), "outra");
  EXPECT_EQ(of("outra:8080"), "outra");
  EXPECT_EQ(of("outra"), "outra");
  EXPECT_EQ(of("outra-x.example.com"), "none");
  EXPECT_EQ(of("vault.outra.example.com"), "none");
  EXPECT_EQ(of("127.0.0.1:8080"), "none");
  EXPECT_EQ(of(""), "none");
}

TEST_F(AccountsTest, TheQueryBeatsTheHeaderAndTheHeaderBeatsTheHost) {
  EXPECT_EQ(of("loja.example.com", "an=outra"), "outra");
  EXPECT_EQ(of("loja.example.com", "", "OUTRA"), "outra");
  EXPECT_EQ(of("localhost", "an=Loja", "outra"), "loja");
  EXPECT_EQ(of("loja.example.com", "an=", "outra"), "outra");
  EXPECT_EQ(of("loja.example.com", "an="), "loja");
}

// Else a request that was meant for another store would be answered from this one.
TEST_F(AccountsTest, AnUnknownNameIsNotMadeGoodByTheHost) {
  EXPECT_EQ(of("loja.example.com", "an=nobody"), "none");
  EXPECT_EQ(of("loja.example.com", "", "nobody"), "none");
}

TEST(Accounts, TheOnlyOneNeedsNoName) {
  Accounts accounts;
  auto account = std::make_unique<Account>();
  account->name = "loja";
  accounts.add(std::move(account));
  HttpRequest request;
  request.host = "localhost:8080";
  EXPECT_TRUE(accounts.of_request(request));
  request.query = "an=outra";
  EXPECT_FALSE(accounts.of_request(request));
}

}  // namespace
}  // namespace velum
