#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "http/tls_acceptor.h"

namespace velum {
namespace {

// ALPN's format: each name behind its length.
constexpr unsigned char spoken[] = "\x08http/1.1";

// An encrypted key is refused; the default would ask at the terminal.
int no_password(char*, int, int, void*) {
  return 0;
}

Result<void> check_readable(const std::string& path) {
  if (::access(path.c_str(), R_OK) == 0) return {};
  return Error(ErrorCode::io, "cannot read the TLS file", path);
}

Result<void> use_files(SSL_CTX* context, const TlsFiles& files) {
  TRY(check_readable(files.certificate_chain));
  TRY(check_readable(files.private_key));
  if (SSL_CTX_use_certificate_chain_file(context, files.certificate_chain.c_str()) != 1) {
    return Error(ErrorCode::invalid_argument, "the file holds no certificate chain in PEM",
                 files.certificate_chain);
  }
  if (SSL_CTX_use_PrivateKey_file(context, files.private_key.c_str(), SSL_FILETYPE_PEM) != 1) {
    const bool differs = ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH;
    if (differs) {
      return Error(ErrorCode::invalid_argument, "the key is not the certificate's",
                   files.private_key);
    }
    return Error(ErrorCode::invalid_argument, "the file holds no unencrypted private key in PEM",
                 files.private_key);
  }
  return {};
}

void set_protocols(SSL_CTX* context, TlsVersions versions) {
  const bool old_too = versions == TlsVersions::tls12_and_13;
  VELUM_CHECK(SSL_CTX_set_min_proto_version(context, old_too ? TLS1_2_VERSION : TLS1_3_VERSION));
  // TLS 1.3 has no other suites than forward-secret AEAD ones.
  VELUM_CHECK(SSL_CTX_set_cipher_list(context, "ECDHE+AESGCM:ECDHE+CHACHA20"));
  SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                   SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  // A request is decrypted where its record arrived, and would stay there until the next one.
  SSL_CTX_set_options(context, SSL_OP_CLEANSE_PLAINTEXT);
  SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS);
  // Sessions are resumed by tickets, which the client keeps: what OpenSSL would keep of them here,
  // a client's certificates with it, anybody could fill memory with.
  SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
  // A client that offers only what we do not speak gets an alert instead of a garbled answer.
  const auto select = [](SSL*, const unsigned char** out, unsigned char* out_size,
                         const unsigned char* offered, unsigned int offered_size, void*) {
    unsigned char* chosen = nullptr;
    const int outcome =
        SSL_select_next_proto(&chosen, out_size, spoken, sizeof(spoken) - 1, offered, offered_size);
    *out = chosen;
    return outcome == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
  };
  SSL_CTX_set_alpn_select_cb(context, select, nullptr);
  SSL_CTX_set_default_passwd_cb(context, no_password);
}

// A certificate is held against those that an app key names, and not against an authority: the
// handshake has shown that the peer holds its key. So no chain is built of what anybody sends.
int take_any(X509_STORE_CTX*, void*) {
  return 1;
}

void ask_for_certificates(SSL_CTX* context) {
  constexpr long chain_size_max_bytes = 6 << 10;  // The first one is all that is looked at.
  constexpr std::string_view id = "velum";
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_cert_verify_callback(context, take_any, nullptr);
  SSL_CTX_set_max_cert_list(context, chain_size_max_bytes);
  // Without one no session with a certificate can be resumed: the handshake would fail.
  VELUM_CHECK(SSL_CTX_set_session_id_context(context,
                                             reinterpret_cast<const unsigned char*>(id.data()),
                                             static_cast<unsigned int>(id.size())) == 1);
}

}  // namespace

struct TlsContext::State {
  State() : context(SSL_CTX_new(TLS_server_method())) { VELUM_CHECK(context != nullptr); }
  ~State() { SSL_CTX_free(context); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  State(State&&) = delete;
  State& operator=(State&&) = delete;

  SSL_CTX* context;
};

TlsContext::TlsContext(std::unique_ptr<State> state) : state_(std::move(state)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::load(const TlsFiles& files, TlsVersions versions,
                                                     ClientCertificates clients) {
  auto state = std::make_unique<State>();
  set_protocols(state->context, versions);
  if (clients == ClientCertificates::asked_for) ask_for_certificates(state->context);
  ERR_clear_error();
  auto used = use_files(state->context, files);
  ERR_clear_error();
  if (!used) return used.error();
  return std::shared_ptr<TlsContext>(new TlsContext(std::move(state)));
}

Result<std::unique_ptr<Acceptor>> TlsContext::listen(std::shared_ptr<TlsContext> context,
                                                     EventLoop& loop, const Endpoint& endpoint,
                                                     std::size_t handshakes_max) {
  TRY_ASSIGN(auto inner, listen_tcp(loop, endpoint));
  SSL_CTX* const shared = context->state_->context;
  return make_tls_acceptor(loop, {std::move(context), shared}, std::move(inner), handshakes_max);
}

}  // namespace velum
