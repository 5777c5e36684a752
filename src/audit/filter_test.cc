#include "audit/filter.h"

#include <gtest/gtest.h>

#include "audit/entry.h"
#include "io/sim_random.h"

namespace velum {
namespace {

TEST(AuditFilters, WhatAGrantAllowedAndWhatWasDoneToItAreOneFamily) {
  SeededRandom random{1};
  const std::string grant = GrantId::random(random).text();
  struct Case {
    std::string rule, target;
    bool is_of_it;
  };
  const Case cases[] = {
      {"grant:" + grant, "", true},
      {"break_glass:" + grant, "", true},
      {"role:owner", grant, true},
      {"role:owner", "", false},
      {"grants:" + grant, "", false},
      {grant, "", false},
      {"grant:" + GrantId::random(random).text(), "", false},
  };
  for (const Case& c : cases) {
    AuditEntry one;
    one.action = "GetProfileUnmasked";
    one.rule = c.rule;
    one.target = c.target;
    const EncodedEntry encoded = encode(one, "loja", "us");
    const AuditMatcher matcher({.grants = {grant}});
    EXPECT_EQ(matcher.matches(encoded.head + "1" + encoded.tail), c.is_of_it) << c.rule;
  }
}

TEST(AuditFilters, EachActionIsOfOnePartOfThePlatform) {
  struct Case {
    std::string_view action, application;
  };
  const Case cases[] = {
      {"GetProfileUnmasked", "profile-system"},
      {"UnmaskItemResource", "profile-system"},
      {"CreateAppKey", "license-manager"},
      {"PutRole", "license-manager"},
      {"CreateUser", "license-manager"},
      {"CreateUserToken", "license-manager"},
      {"Login", "license-manager"},
      {"RequestUnmaskGrant", "license-manager"},
      {"BreakGlass", "license-manager"},
      {"ApproveUnmaskResource", "license-manager"},
      {"Save_Users", "license-manager"},
      {"CreateWebhook", "audit"},
      {"PutCanary", "audit"},
      {"PutAuditQuery", "audit"},
      {"DeleteAuditQuery", "audit"},
      {"ExportAuditLog", "audit"},
      {"EmailRectification", "user-rights"},
  };
  for (const Case& c : cases) EXPECT_EQ(application_of(c.action), c.application) << c.action;
}

}  // namespace
}  // namespace velum
