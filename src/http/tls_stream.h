#pragma once
// TlsStream: TLS over another Stream, of either side. OpenSSL works on memory, so whatever it has
// to say in one step leaves in one write, and any stream will do underneath.

#include <openssl/ssl.h>

#include <array>
#include <cstdint>
#include <memory>

#include "base/sensitive.h"
#include "io/stream.h"

namespace velum {

struct SslDeleter {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslHandle = std::unique_ptr<SSL, SslDeleter>;

enum class TlsSide : std::uint8_t { server, client };

class TlsStream final : public Stream {
 public:
  TlsStream(SslHandle ssl, std::unique_ptr<Stream> inner, TlsSide side = TlsSide::server);

  // Before anything else. Fails with unauthenticated where the peer's certificate is not good.
  Task<Result<void>> handshake();

  Task<Result<std::size_t>> read_some(std::span<char> out) override;
  Task<Result<void>> write_all(std::span<const std::string_view> parts) override;
  void abort() override { inner_->abort(); }
  void abort_read() override { inner_->abort_read(); }
  Task<void> finish_writing() override;
  Task<void> close() override;
  std::optional<IpAddress> peer() override { return inner_->peer(); }
  std::optional<CertificateHash> peer_certificate() const override;

 private:
  Task<Result<void>> send_produced();
  // Fails with cancelled when the peer has closed without a word.
  Task<Result<void>> receive_more();
  Result<void> encrypt(std::string_view text);
  void say_goodbye();

  std::unique_ptr<Stream> inner_;
  SslHandle ssl_;
  BIO* received_;  // Both are the SSL's.
  BIO* produced_;
  std::array<char, 4096> bytes_{};  // Ciphertext on its way to received_.
  bool broken_ = false;             // OpenSSL allows no further call but SSL_free.
  bool peer_closed_ = false;
};

}  // namespace velum
