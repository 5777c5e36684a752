#include "http/tls_stream.h"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

namespace velum {
namespace {

// What OpenSSL puts into one record.
constexpr std::size_t plaintext_size_max_bytes = 16 << 10;

// Cuts what is written into full records: one each for a head of 200 bytes and its body would cost
// more than this copy.
class RecordTexts {
 public:
  explicit RecordTexts(std::span<const std::string_view> parts) : parts_(parts) {}

  // False when there is no more.
  bool next() {
    text_.clear();
    while (!parts_.empty() && text_.size() < plaintext_size_max_bytes) {
      const std::string_view rest = parts_.front().substr(offset_);
      const std::string_view taken = rest.substr(0, plaintext_size_max_bytes - text_.size());
      append(text_, taken);
      offset_ += taken.size();
      if (offset_ < parts_.front().size()) continue;
      parts_ = parts_.subspan(1);
      offset_ = 0;
    }
    return !text_.empty();
  }
  std::string_view text() const { return view(text_); }

 private:
  std::span<const std::string_view> parts_;
  std::size_t offset_ = 0;  // In the first of them.
  WipedText text_;
};

Error not_verified() {
  return {ErrorCode::unauthenticated, "the peer's certificate is not good for its name"};
}

Error tls_failed() {
  return {ErrorCode::invalid_argument, "the peer broke the TLS protocol"};
}

}  // namespace

TlsStream::TlsStream(SslHandle ssl, std::unique_ptr<Stream> inner, TlsSide side)
    : inner_(std::move(inner)),
      ssl_(std::move(ssl)),
      received_(BIO_new(BIO_s_mem())),
      produced_(BIO_new(BIO_s_mem())) {
  VELUM_CHECK(received_ != nullptr && produced_ != nullptr);  // Out of memory.
  SSL_set_bio(ssl_.get(), received_, produced_);
  if (side == TlsSide::server) SSL_set_accept_state(ssl_.get());
  if (side == TlsSide::client) SSL_set_connect_state(ssl_.get());
}

Task<Result<void>> TlsStream::send_produced() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(produced_, &data);
  if (size <= 0) co_return Result<void>();
  const std::array<std::string_view, 1> parts{{{data, static_cast<std::size_t>(size)}}};
  auto written = co_await inner_->write_all(parts);
  BIO_reset(produced_);
  co_return written;
}

Task<Result<void>> TlsStream::receive_more() {
  CO_TRY_ASSIGN(const std::size_t count, co_await inner_->read_some(bytes_));
  if (count == 0) {
    peer_closed_ = true;
    co_return Error(ErrorCode::cancelled, "the peer closed the connection");
  }
  const int taken = BIO_write(received_, bytes_.data(), static_cast<int>(count));
  VELUM_CHECK(taken == static_cast<int>(count));
  co_return Result<void>();
}

Task<Result<void>> TlsStream::handshake() {
  while (true) {
    ERR_clear_error();
    const int outcome = SSL_do_handshake(ssl_.get());
    const int reason = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), outcome);
    if (reason != SSL_ERROR_NONE && reason != SSL_ERROR_WANT_READ) broken_ = true;
    // An alert is sent too: it tells the peer what is wrong.
    CO_TRY(co_await send_produced());
    if (broken_ && SSL_get_verify_result(ssl_.get()) != X509_V_OK) co_return not_verified();
    if (broken_) co_return tls_failed();
    if (reason == SSL_ERROR_NONE) co_return Result<void>();
    CO_TRY(co_await receive_more());
  }
}

// OpenSSL keeps it with a session that is resumed, too.
std::optional<CertificateHash> TlsStream::peer_certificate() const {
  const X509* const certificate = SSL_get0_peer_certificate(ssl_.get());
  if (certificate == nullptr) return std::nullopt;
  CertificateHash hash{};
  unsigned int size = 0;
  const bool is_read = X509_digest(certificate, EVP_sha256(), hash.data(), &size) == 1;
  return is_read && size == hash.size() ? std::optional(hash) : std::nullopt;
}

Task<Result<std::size_t>> TlsStream::read_some(std::span<char> out) {
  while (!broken_) {
    std::size_t count = 0;
    ERR_clear_error();
    const int outcome = SSL_read_ex(ssl_.get(), out.data(), out.size(), &count);
    const int reason = outcome == 1 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), outcome);
    if (reason == SSL_ERROR_NONE) co_return count;
    if (reason == SSL_ERROR_ZERO_RETURN || peer_closed_) co_return std::size_t{0};
    if (reason != SSL_ERROR_WANT_READ) {
      broken_ = true;
      break;
    }
    CO_TRY(co_await send_produced());  // The answer to a key update.
    // Requests say where they end, so a peer that closes without a word cuts nothing short.
    if (auto more = co_await receive_more(); !more && !peer_closed_) co_return more.error();
    if (peer_closed_) co_return std::size_t{0};
  }
  co_return tls_failed();
}

Result<void> TlsStream::encrypt(std::string_view text) {
  std::size_t count = 0;
  ERR_clear_error();
  if (!broken_ && SSL_write_ex(ssl_.get(), text.data(), text.size(), &count) == 1) return {};
  broken_ = true;
  return tls_failed();
}

Task<Result<void>> TlsStream::write_all(std::span<const std::string_view> parts) {
  RecordTexts texts(parts);
  while (texts.next()) {
    CO_TRY(encrypt(texts.text()));
    CO_TRY(co_await send_produced());
  }
  co_return Result<void>();
}

void TlsStream::say_goodbye() {
  ERR_clear_error();
  if (!broken_ && SSL_is_init_finished(ssl_.get()) == 1) SSL_shutdown(ssl_.get());
}

Task<void> TlsStream::finish_writing() {
  say_goodbye();
  // Named, since g++ 12 miscompiles a co_await in the condition of another one.
  const auto sent = co_await send_produced();
  if (sent) co_await inner_->finish_writing();
}

Task<void> TlsStream::close() {
  say_goodbye();  // Does nothing the second time.
  const auto sent = co_await send_produced();
  if (!sent) inner_->abort();
  co_await inner_->close();
}

}  // namespace velum
