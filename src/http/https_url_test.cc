#include "http/https_url.h"

#include <gtest/gtest.h>

namespace velum::https_url_test {
namespace {

TEST(HttpsUrlTest, ReadsWhereAWebhookGoes) {
  struct Case {
    const char* text;
    const char* host;
    int port;
    const char* target;
    const char* authority;
  };
  const Case cases[] = {
      {"https://example.com", "example.com", 443, "/", "example.com"},
      {"https://example.com/", "example.com", 443, "/", "example.com"},
      {"https://hooks.example.com:8443/a/b?c=d&e", "hooks.example.com", 8443, "/a/b?c=d&e",
       "hooks.example.com:8443"},
      {"https://example.com?x", "example.com", 443, "/?x", "example.com"},
      {"https://10.0.0.1/in", "10.0.0.1", 443, "/in", "10.0.0.1"},
      {"https://[2001:db8::1]:444/", "2001:db8::1", 444, "/", "[2001:db8::1]:444"},
      {"https://example.com:443/@a", "example.com", 443, "/@a", "example.com"},
  };
  for (const Case& each : cases) {
    const auto url = HttpsUrl::parse(each.text);
    ASSERT_TRUE(url) << each.text;
    EXPECT_EQ(url->host, each.host);
    EXPECT_EQ(url->port, each.port);
    EXPECT_EQ(url->target, each.target);
    EXPECT_EQ(url->authority(), each.authority);
  }
}

TEST(HttpsUrlTest, RefusesWhatCouldMeanAnotherHost) {
  const char* const refused[] = {
      "",
      "https://",
      "https:///path",
      "http://example.com/",
      "HTTPS://example.com/",
      "ftp://example.com/",
      "https:example.com",
      "https://user@example.com/",
      "https://example.com:pass@10.0.0.1/",
      "https://example.com#@10.0.0.1/",
      "https://example.com/#fragment",
      "https://example.com\\@10.0.0.1/",
      "https://example.com/a\\b",
      "https://example.com:0/",
      "https://example.com:65536/",
      "https://example.com:/",
      "https://example.com:44x/",
      "https://example.com:+1/",
      "https://ex ample.com/",
      "https://example.com/a b",
      "https://example.com/\r\nX: y",
      "https://exa\nmple.com/",
      "https://ex%61mple.com/",
      "https://-example.com/",
      "https://ex\xc3\xa1mple.com/",
      "https://example.com/\xc3\xa1",
      "https://[::1/",
      "https://[127.0.0.1]/",
      "https://[fe80::1%25eth0]/",
      "https://[::1]x/",
      "https://::1/",
  };
  for (const char* text : refused) {
    const auto url = HttpsUrl::parse(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code(), ErrorCode::invalid_argument);
  }
  EXPECT_TRUE(HttpsUrl::parse("https://a/" + std::string(2038, 'a')));
  EXPECT_FALSE(HttpsUrl::parse("https://a/" + std::string(2039, 'a')));
}

}  // namespace
}  // namespace velum::https_url_test
