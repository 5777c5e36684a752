// TLS with a certificate that the test makes for itself, and OpenSSL as the peer.

#include "http/tls.h"

#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <filesystem>
#include <fstream>

#include "http/test_certificate.h"
#include "http/test_server.h"

namespace velum::tls_test {
namespace {

using namespace std::chrono_literals;

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::string name = std::filesystem::temp_directory_path() / "velum-tls-XXXXXX";
    VELUM_CHECK(::mkdtemp(name.data()) != nullptr);
    directory_ = name;
    write_certificate(path("cert.pem"), path("key.pem"));
    write_certificate(path("other-cert.pem"), path("other-key.pem"));
    std::ofstream(path("junk.pem")) << "not a key";
  }
  ~TlsTest() override {
    context_.reset();
    std::filesystem::remove_all(directory_);
  }

  std::string path(const char* name) const { return directory_ / name; }
  TlsFiles files() const { return {path("cert.pem"), path("key.pem")}; }

  void load(TlsVersions versions) {
    auto context = TlsContext::load(files(), versions);
    ASSERT_TRUE(context);
    context_ = *std::move(context);
  }
  static std::unique_ptr<Acceptor> listen(EventLoop& loop) {
    return *TlsContext::listen(context_, loop, {"127.0.0.1", 0});
  }

  std::filesystem::path directory_;
  inline static std::shared_ptr<TlsContext> context_;
};

// A blocking client.
class TlsPeer {
 public:
  TlsPeer(std::uint16_t port, int version_max, const char* ciphers = nullptr,
          const char* protocol = nullptr)
      : peer_(port), context_(SSL_CTX_new(TLS_client_method())), ssl_(nullptr) {
    SSL_CTX_set_max_proto_version(context_, version_max);
    SSL_CTX_set_min_proto_version(context_, TLS1_VERSION);
    SSL_CTX_set_security_level(context_, 0);
    if (ciphers != nullptr) SSL_CTX_set_cipher_list(context_, ciphers);
    ssl_ = SSL_new(context_);
    if (protocol != nullptr) {
      const std::string list = std::string(1, static_cast<char>(std::strlen(protocol))) + protocol;
      SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(list.data()),
                          static_cast<unsigned>(list.size()));
    }
    SSL_set_fd(ssl_, peer_.fd());
    connected_ = SSL_connect(ssl_) == 1;
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;
  ~TlsPeer() {
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }

  bool connected() const { return connected_; }
  std::string version() const { return SSL_get_version(ssl_); }
  std::string ask(std::string_view request) {
    SSL_write(ssl_, request.data(), static_cast<int>(request.size()));
    return receive_all();
  }
  std::string receive_all() {
    std::string text;
    std::array<char, 16384> part;
    int count = 0;
    while ((count = SSL_read(ssl_, part.data(), part.size())) > 0) {
      text.append(part.data(), static_cast<std::size_t>(count));
    }
    return SSL_get_error(ssl_, count) == SSL_ERROR_ZERO_RETURN ? text : text + "(error)";
  }

 private:
  TestPeer peer_;
  SSL_CTX* context_;
  SSL* ssl_;
  bool connected_ = false;
};

std::string post(std::string_view path, std::string_view body) {
  return std::string("POST ").append(path).append(
             " HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: ") +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST_F(TlsTest, Answers) {
  load(TlsVersions::tls13_only);
  TestServer server(&TlsTest::listen);
  const std::string large(200'000, 'x');
  for (const std::string_view body : {std::string_view("hi"), std::string_view(large)}) {
    TlsPeer peer(server.port(), TLS1_3_VERSION);
    ASSERT_TRUE(peer.connected());
    EXPECT_EQ(peer.version(), "TLSv1.3");
    EXPECT_TRUE(body_of(peer.ask(post("/p", body))) == "/p|" + std::string(body));
  }
  TlsPeer peer(server.port(), TLS1_3_VERSION);
  EXPECT_EQ(body_of(peer.ask(post("/large", ""))).size(), std::size_t{8 << 20});
}

TEST_F(TlsTest, DeliversARefusalAndItsEnd) {
  load(TlsVersions::tls13_only);
  TestServer server(&TlsTest::listen);
  TlsPeer peer(server.port(), TLS1_3_VERSION);
  const std::string answer = peer.ask("GET / HTTP/1.1\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << answer;
  EXPECT_FALSE(answer.ends_with("(error)"));
}

TEST_F(TlsTest, SpeaksOnlyWhatItWasToldTo) {
  struct Case {
    TlsVersions versions;
    int version_max;
    const char* ciphers;
    const char* protocol;
    bool want;
  };
  static constexpr auto new_only = TlsVersions::tls13_only;
  static constexpr auto old_too = TlsVersions::tls12_and_13;
  const Case cases[] = {
      {new_only, TLS1_3_VERSION, nullptr, nullptr, true},
      {new_only, TLS1_3_VERSION, nullptr, "http/1.1", true},
      {new_only, TLS1_3_VERSION, nullptr, "h2", false},
      {new_only, TLS1_2_VERSION, nullptr, nullptr, false},
      {old_too, TLS1_3_VERSION, nullptr, nullptr, true},
      {old_too, TLS1_2_VERSION, nullptr, nullptr, true},
      {old_too, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256", nullptr, true},
      {old_too, TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305", nullptr, true},
      {old_too, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA", nullptr, false},
      {old_too, TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256", nullptr, false},
      {old_too, TLS1_1_VERSION, nullptr, nullptr, false},
  };
  for (const auto& [versions, version_max, ciphers, protocol, want] : cases) {
    SCOPED_TRACE(testing::Message() << version_max << " " << (ciphers ? ciphers : "any"));
    load(versions);
    TestServer server(&TlsTest::listen);
    TlsPeer peer(server.port(), version_max, ciphers, protocol);
    EXPECT_EQ(peer.connected(), want);
    if (want) EXPECT_EQ(body_of(peer.ask(post("/p", "hi"))), "/p|hi");
  }
}

TEST_F(TlsTest, IsNotHeldUpByAPeerThatSaysNothing) {
  load(TlsVersions::tls13_only);
  TestServer server(&TlsTest::listen);
  TestPeer silent(server.port());
  TestPeer plain(server.port());
  plain.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  TlsPeer peer(server.port(), TLS1_3_VERSION);
  EXPECT_EQ(body_of(peer.ask(post("/p", "hi"))), "/p|hi");
  EXPECT_EQ(plain.receive_all().find("HTTP"), std::string::npos);
  EXPECT_LT(server.drain(10s), 5s);  // Nor is the drain.
}

TEST_F(TlsTest, HasNoMoreHandshakesAtOnceThanItMay) {
  load(TlsVersions::tls13_only);
  TestServer server(+[](EventLoop& loop) {
    return *TlsContext::listen(context_, loop, {"127.0.0.1", 0}, 2);
  });
  TestPeer first(server.port());
  TestPeer second(server.port());
  EXPECT_EQ(TestPeer(server.port()).receive_all(), "");  // Closed at once, not after a deadline.
  second.reset();
  std::this_thread::sleep_for(50ms);
  TlsPeer peer(server.port(), TLS1_3_VERSION);
  EXPECT_EQ(body_of(peer.ask(post("/p", "hi"))), "/p|hi");
}

TEST_F(TlsTest, KeepsToDeadlines) {
  load(TlsVersions::tls13_only);
  HttpLimits limits;
  limits.header_deadline = 200ms;
  TestServer server(&TlsTest::listen, limits);
  TlsPeer late(server.port(), TLS1_3_VERSION);
  EXPECT_TRUE(late.ask("GET / HT").starts_with("HTTP/1.1 408 "));
}

TEST_F(TlsTest, NamesTheFileThatIsWrong) {
  struct Case {
    TlsFiles files;
    ErrorCode code;
    std::string subject;
  };
  const Case cases[] = {
      {{path("none.pem"), path("key.pem")}, ErrorCode::io, path("none.pem")},
      {{path("cert.pem"), path("none.pem")}, ErrorCode::io, path("none.pem")},
      {{path("junk.pem"), path("key.pem")}, ErrorCode::invalid_argument, path("junk.pem")},
      {{path("cert.pem"), path("junk.pem")}, ErrorCode::invalid_argument, path("junk.pem")},
      {{path("cert.pem"), path("cert.pem")}, ErrorCode::invalid_argument, path("cert.pem")},
      {{path("cert.pem"), path("other-key.pem")},
       ErrorCode::invalid_argument,
       path("other-key.pem")},
  };
  for (const auto& [files, code, subject] : cases) {
    SCOPED_TRACE(subject);
    const auto context = TlsContext::load(files, TlsVersions::tls13_only);
    ASSERT_FALSE(context);
    EXPECT_EQ(context.error().code(), code);
    EXPECT_EQ(context.error().subject(), subject);
  }
}

}  // namespace
}  // namespace velum::tls_test
