#pragma once
// TLS to a server that is not ours: 1.2 and 1.3, with its certificate and its name verified.

#include <memory>
#include <string>

#include "base/result.h"
#include "http/tls_stream.h"

namespace velum {

class TlsClient {
 public:
  // Trusts the system's authorities, and those in `ca_file` (PEM) if it is not empty. Fails with
  // invalid_argument, naming the file.
  static Result<TlsClient> load(const std::string& ca_file);

  // Over `inner`, to `host`: a name or an IP address. Its handshake() fails unless the server has a
  // certificate for that.
  std::unique_ptr<TlsStream> make_stream(std::unique_ptr<Stream> inner,
                                         const std::string& host) const;

 private:
  explicit TlsClient(std::shared_ptr<SSL_CTX> context) : context_(std::move(context)) {}

  std::shared_ptr<SSL_CTX> context_;
};

}  // namespace velum
