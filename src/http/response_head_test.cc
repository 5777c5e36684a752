#include "http/response_head.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

std::string head_of(const HttpResponse& response, ConnectionHeader connection) {
  WipedText out;
  append_response_head(out, response, connection);
  return std::string(view(out));
}

constexpr std::string_view always =
    "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";

TEST(ResponseHead, SaysWhatFollows) {
  HttpResponse response;
  response.status = 200;
  append(response.body, "12345");
  EXPECT_EQ(head_of(response, ConnectionHeader::none),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n" +
                std::string(always) + "\r\n");
  response.headers.emplace_back("ETag", "\"1\"");
  EXPECT_EQ(head_of(response, ConnectionHeader::close),
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n" +
                std::string(always) + "ETag: \"1\"\r\nConnection: close\r\n\r\n");
}

TEST(ResponseHead, SaysHowLongAnAnswerMayBeKept) {
  HttpResponse response;
  response.cache_control = "private, max-age=60";
  const std::string head = head_of(response, ConnectionHeader::none);
  EXPECT_NE(head.find("\r\nCache-Control: private, max-age=60\r\n"), std::string::npos) << head;
  EXPECT_EQ(head.find("no-store"), std::string::npos) << head;
}

TEST(ResponseHead, HasNoLengthWhereThereIsNoBody) {
  for (const int status : {204, 304}) {
    HttpResponse response;
    response.status = status;
    const std::string head = head_of(response, ConnectionHeader::keep_alive);
    EXPECT_EQ(head.find("\r\nContent-"), std::string::npos) << head;
    EXPECT_NE(head.find("Connection: keep-alive\r\n\r\n"), std::string::npos) << head;
  }
}

TEST(ResponseHead, KeepsTheSpaceOfAnUnknownStatus) {
  HttpResponse response;
  response.status = 599;
  EXPECT_TRUE(head_of(response, ConnectionHeader::none).starts_with("HTTP/1.1 599 \r\n"));
}

TEST(ResponseHeadDeathTest, RefusesToBeSplit) {
  HttpResponse response;
  response.headers.emplace_back("Location", "/a\r\nSet-Cookie: b");
  EXPECT_DEATH(head_of(response, ConnectionHeader::none), "check failed");
  response.headers.clear();
  response.status = 100;
  EXPECT_DEATH(head_of(response, ConnectionHeader::none), "check failed");
}

}  // namespace
}  // namespace velum
