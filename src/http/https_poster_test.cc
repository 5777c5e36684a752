// One loop has both sides: the poster, and a server over TLS that answers what it is told to.

#include "http/https_poster.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <optional>

#include "http/test_certificate.h"
#include "http/tls.h"

namespace velum::https_poster_test {
namespace {

using namespace std::chrono_literals;

constexpr const char* host = "hooks.example.com";

// Names lead where a test says; every connection arrives at the server of the test.
class FakeConnector final : public Connector {
 public:
  FakeConnector(EventLoop& loop, std::uint16_t port) : real_(make_connector(loop)), port_(port) {}

  Task<Result<std::vector<IpAddress>>> resolve(std::string, std::chrono::milliseconds) override {
    ++lookups;
    co_return answers.at(std::min(lookups, answers.size()) - 1);
  }
  Task<Result<std::unique_ptr<Stream>>> connect(IpAddress address, std::uint16_t port,
                                                std::chrono::milliseconds limit) override {
    connected_to.push_back(address);
    ports.push_back(port);
    co_return co_await real_->connect(*IpAddress::parse("127.0.0.1"), port_, limit);
  }

  std::vector<std::vector<IpAddress>> answers;  // One a look-up; the last again and again.
  std::size_t lookups = 0;
  std::vector<IpAddress> connected_to;
  std::vector<std::uint16_t> ports;

 private:
  std::unique_ptr<Connector> real_;
  std::uint16_t port_;
};

IpAddress at(const char* text) {
  return *IpAddress::parse(text);
}

class HttpsPosterTest : public testing::Test {
 protected:
  HttpsPosterTest() {
    std::string name = std::filesystem::temp_directory_path() / "velum-post-XXXXXX";
    VELUM_CHECK(::mkdtemp(name.data()) != nullptr);
    directory_ = name;
    write_certificate(path("cert.pem"), path("key.pem"), host);
    write_certificate(path("other.pem"), path("other-key.pem"), host);
    auto context = TlsContext::load({path("cert.pem"), path("key.pem")}, TlsVersions::tls12_and_13);
    acceptor_ = *TlsContext::listen(*std::move(context), loop_, {"127.0.0.1", 0});
    loop_.start(serve());
    connector_.emplace(loop_, acceptor_->port());
    connector_->answers = {{at("1.1.1.1")}};
  }
  ~HttpsPosterTest() override { std::filesystem::remove_all(directory_); }

  std::string path(const char* name) const { return directory_ / name; }

  Task<void> serve() {
    while (true) {
      auto accepted = co_await acceptor_->accept();
      if (!accepted) continue;
      const std::unique_ptr<Stream> stream = *std::move(accepted);
      std::array<char, 4096> bytes{};
      std::string request;
      while (!request.ends_with(last_of_request_)) {
        const auto count = co_await stream->read_some(bytes);
        if (!count || *count == 0) break;
        request.append(bytes.data(), *count);
      }
      requests_.push_back(request);
      for (const std::string& piece : answer_) {
        const std::array<std::string_view, 1> parts{piece};
        const auto written = co_await stream->write_all(parts);
        if (!written) break;
      }
      if (then_ == Then::closes) co_await stream->close();
      if (then_ == Then::closes) continue;
      // Until the peer goes.
      const auto ended = co_await stream->read_some(bytes);
      static_cast<void>(ended.has_value());
    }
  }

  Result<int> post(const std::string& url, PostLimits limits = {}, const char* ca = "cert.pem") {
    HttpsPoster poster(loop_, *connector_, *TlsClient::load(path(ca)), std::move(limits));
    return loop_.run_to_end(
        poster.post({*HttpsUrl::parse(url), {{"webhook-id", "msg_1"}}, R"({"a":1})"}));
  }
  ErrorCode refusal(const std::string& url, PostLimits limits = {}, const char* ca = "cert.pem") {
    const auto done = post(url, std::move(limits), ca);
    EXPECT_FALSE(done);
    return done ? ErrorCode::conflict : done.error().code();
  }

  enum class Then : std::uint8_t { closes, says_nothing };

  EventLoop loop_;
  std::filesystem::path directory_;
  std::unique_ptr<Acceptor> acceptor_;
  std::optional<FakeConnector> connector_;
  std::string last_of_request_ = R"({"a":1})";
  std::vector<std::string> answer_{"HTTP/1.1 204 No Content\r\n\r\n"};
  Then then_ = Then::closes;
  std::vector<std::string> requests_;
};

TEST_F(HttpsPosterTest, SendsOneMessageAndReadsTheStatus) {
  const auto status = post("https://hooks.example.com:8443/in?x=1");
  ASSERT_TRUE(status) << status.error().message();
  EXPECT_EQ(*status, 204);
  ASSERT_EQ(requests_.size(), 1U);
  EXPECT_EQ(requests_.front(),
            "POST /in?x=1 HTTP/1.1\r\nHost: hooks.example.com:8443\r\nUser-Agent: Velum\r\n"
            "Content-Type: application/json\r\nContent-Length: 7\r\nConnection: close\r\n"
            "webhook-id: msg_1\r\n\r\n{\"a\":1}");
  EXPECT_EQ(connector_->ports.front(), 8443);
}

TEST_F(HttpsPosterTest, FollowsNoRedirect) {
  answer_ = {"HTTP/1.1 302 Found\r\nLocation: https://hooks.example.com/other\r\n\r\n"};
  EXPECT_EQ(*post("https://hooks.example.com/"), 302);
  EXPECT_EQ(requests_.size(), 1U);
  EXPECT_EQ(connector_->lookups, 1U);
}

TEST_F(HttpsPosterTest, ConnectsToTheAddressThatItLookedAt) {
  // The second look-up would lead inside: there is none.
  connector_->answers = {{at("1.1.1.1")}, {at("127.0.0.1")}};
  EXPECT_TRUE(post("https://hooks.example.com/"));
  EXPECT_EQ(connector_->lookups, 1U);
  EXPECT_EQ(connector_->connected_to, std::vector{at("1.1.1.1")});
}

TEST_F(HttpsPosterTest, RefusesWhatIsNotPublic) {
  for (const char* inside : {"127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "fd00::1",
                             "::ffff:192.168.0.1", "64:ff9b::7f00:1", "0.0.0.0"}) {
    connector_->answers = {{at(inside)}};
    EXPECT_EQ(refusal("https://hooks.example.com/"), ErrorCode::permission_denied) << inside;
    connector_->answers = {{at("1.1.1.1"), at(inside)}};
    EXPECT_EQ(refusal("https://hooks.example.com/"), ErrorCode::permission_denied) << inside;
  }
  EXPECT_TRUE(connector_->connected_to.empty());
}

TEST_F(HttpsPosterTest, ReachesANetworkThatIsAllowed) {
  PostLimits limits;
  limits.allowed_networks = {*IpNetwork::parse("10.0.0.0/8")};
  connector_->answers = {{at("10.1.2.3")}};
  EXPECT_TRUE(post("https://hooks.example.com/", limits));
  connector_->answers = {{at("10.1.2.3"), at("192.168.0.1")}};
  EXPECT_EQ(refusal("https://hooks.example.com/", limits), ErrorCode::permission_denied);
}

TEST_F(HttpsPosterTest, SendsNothingToWhoIsNotTheHost) {
  EXPECT_EQ(refusal("https://hooks.example.com/", {}, "other.pem"), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal("https://other.example.com/"), ErrorCode::unauthenticated);
  EXPECT_EQ(refusal("https://1.1.1.1/"), ErrorCode::unauthenticated);
  EXPECT_TRUE(requests_.empty());
}

TEST_F(HttpsPosterTest, WaitsNoLongerThanItSays) {
  then_ = Then::says_nothing;
  PostLimits limits;
  limits.answer = 200ms;
  for (const char* answer : {"", "HTTP/1.1 20"}) {
    answer_ = {answer};
    EXPECT_EQ(refusal("https://hooks.example.com/", limits), ErrorCode::timeout) << answer;
  }
}

TEST_F(HttpsPosterTest, TakesNoGarbageForAnAnswer) {
  for (const char* garbage : {"garbage\r\n", "HTTP/2 200\r\n", "\r\n\r\n"}) {
    answer_ = {garbage};
    EXPECT_EQ(refusal("https://hooks.example.com/"), ErrorCode::corrupt) << garbage;
  }
  answer_ = {};
  EXPECT_EQ(refusal("https://hooks.example.com/"), ErrorCode::cancelled);
  // However much there is behind it, the status is enough.
  answer_ = {"HTTP/1.1 200 OK\r\n\r\n", std::string(1 << 20, 'x')};
  EXPECT_EQ(*post("https://hooks.example.com/"), 200);
}

}  // namespace
}  // namespace velum::https_poster_test
