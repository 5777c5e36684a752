#include "http/client.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "http/test_server.h"

namespace velum {
namespace {

class UnixHttpClientTest : public testing::Test {
 protected:
  UnixHttpClientTest() {
    std::string name = std::filesystem::temp_directory_path() / "velum-http-XXXXXX";
    VELUM_CHECK(::mkdtemp(name.data()) != nullptr);
    directory_ = name;
  }
  ~UnixHttpClientTest() override { std::filesystem::remove_all(directory_); }

  static std::string path() { return directory_ / "admin.sock"; }

  inline static std::filesystem::path directory_;
};

TEST_F(UnixHttpClientTest, AsksManyTimes) {
  TestServer server([](EventLoop& loop) { return *listen_unix(loop, path()); });
  auto client = UnixHttpClient::connect(path());
  ASSERT_TRUE(client);
  const std::string large(300'000, 'x');
  for (const std::string_view body :
       {std::string_view(""), std::string_view("hi"), std::string_view(large)}) {
    const auto answer = client->call("POST", "/p", body);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
    EXPECT_TRUE(view(answer->body) == "/p admin|" + std::string(body));
  }
  const auto empty = client->call("GET", "/empty", "");
  ASSERT_TRUE(empty);
  EXPECT_EQ(empty->status, 204);
  EXPECT_TRUE(empty->body.empty());
  const auto refused = client->call("GET", "no-path", "");
  ASSERT_TRUE(refused);
  EXPECT_EQ(refused->status, 400);
  EXPECT_FALSE(client->call("GET", "/", ""));  // The server has closed.
}

TEST_F(UnixHttpClientTest, SaysThatNobodyListens) {
  const auto client = UnixHttpClient::connect(path());
  ASSERT_FALSE(client);
  EXPECT_EQ(client.error().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace velum
