#include "http/tls_client.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "io/ip_address.h"

namespace velum {

Result<TlsClient> TlsClient::load(const std::string& ca_file) {
  const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  VELUM_CHECK(context != nullptr);  // Out of memory.
  VELUM_CHECK(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION));
  VELUM_CHECK(SSL_CTX_set_cipher_list(context.get(), "ECDHE+AESGCM:ECDHE+CHACHA20"));
  SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  // A machine without authorities of its own verifies nobody, and then nothing is sent.
  SSL_CTX_set_default_verify_paths(context.get());
  if (!ca_file.empty() && SSL_CTX_load_verify_file(context.get(), ca_file.c_str()) != 1) {
    ERR_clear_error();
    return Error(ErrorCode::invalid_argument, "the file holds no certificates in PEM", ca_file);
  }
  ERR_clear_error();
  return TlsClient(context);
}

std::unique_ptr<TlsStream> TlsClient::make_stream(std::unique_ptr<Stream> inner,
                                                  const std::string& host) const {
  SslHandle ssl(SSL_new(context_.get()));
  VELUM_CHECK(ssl != nullptr);  // Out of memory.
  if (IpAddress::parse(host)) {
    VELUM_CHECK(X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str()));
  } else {
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    VELUM_CHECK(SSL_set1_host(ssl.get(), host.c_str()));
    // SSL_set_tlsext_host_name, without the macro's casts. It copies the name.
    VELUM_CHECK(SSL_ctrl(ssl.get(), SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                         const_cast<char*>(host.c_str())));
  }
  return std::make_unique<TlsStream>(std::move(ssl), std::move(inner), TlsSide::client);
}

}  // namespace velum
