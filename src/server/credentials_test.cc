#include "server/credentials.h"

#include <gtest/gtest.h>

#include <vector>

namespace velum {
namespace {

TEST(Credentials, AUserTokenIsInAHeaderOrACookie) {
  struct Case {
    std::vector<HttpHeader> headers;
    std::string_view token;
  };
  const Case cases[] = {
      {{}, ""},
      {{{"VtexIdclientAutCookie", "abc"}}, "abc"},
      {{{"vtexidclientautcookie", "abc"}}, "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}}, "abc"},
      {{{"cookie", "a=b; VTEXIDCLIENTAUTCOOKIE=abc; c=d"}}, "abc"},
      {{{"Cookie", " VtexIdclientAutCookie=abc ;"}}, "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=abc; VtexIdclientAutCookie=def"}}, "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=a=b"}}, "a=b"},
      {{{"Cookie", "VtexIdclientAutCookie"}}, ""},
      {{{"Cookie", "VtexIdclientAutCookie="}}, ""},
      {{{"Cookie", "xVtexIdclientAutCookie=abc"}}, ""},
      {{{"Cookie", "VtexIdclientAutCookie_loja=abc"}}, ""},
      {{{"Cookie", "a=VtexIdclientAutCookie=abc"}}, ""},
      {{{"Cookie", ";;=;a"}}, ""},
      {{{"VtexIdclientAutCookie", "abc"}, {"Cookie", "VtexIdclientAutCookie=def"}}, "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"Sec-Fetch-Site", "same-origin"}}, "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"Sec-Fetch-Site", "cross-site"}}, ""},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"sec-fetch-site", "Cross-Site"}}, ""},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"Sec-Fetch-Site", "same-site"}}, ""},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"Sec-Fetch-Site", "none"}}, "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"Sec-Fetch-Site", "another"}}, ""},
      {{{"Cookie", "VtexIdclientAutCookie=abc"},
        {"Host", "loja.example"},
        {"Origin", "https://Loja.example"}},
       "abc"},
      {{{"Cookie", "VtexIdclientAutCookie=abc"},
        {"Host", "loja.example"},
        {"Origin", "https://outra.example"}},
       ""},
      {{{"Cookie", "VtexIdclientAutCookie=abc"}, {"Host", "loja.example"}, {"Origin", "null"}}, ""},
      {{{"VtexIdclientAutCookie", "abc"}, {"Sec-Fetch-Site", "cross-site"}}, "abc"},
  };
  for (const Case& c : cases) {
    HttpRequest request;
    request.headers = c.headers;
    EXPECT_EQ(user_token_in(request), c.token) << (&c - cases);
  }
}

}  // namespace
}  // namespace velum
