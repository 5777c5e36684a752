#pragma once
// TLS for accepted connections: 1.3, and 1.2 with forward-secret AEAD suites where it is asked for.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"
#include "io/acceptor.h"
#include "io/event_loop.h"

namespace velum {

enum class TlsVersions : std::uint8_t { tls13_only, tls12_and_13 };

// Asked for: which one a client has is known then, and any is taken, or none. Whose it is, is not
// for TLS to say: an app key names the certificates that it comes with.
enum class ClientCertificates : std::uint8_t { not_asked_for, asked_for };

struct TlsFiles {
  std::string certificate_chain;  // PEM.
  std::string private_key;        // PEM.
};

// Shared by all loops. Fails with io or invalid_argument, naming the file in the subject.
class TlsContext {
 public:
  static Result<std::shared_ptr<TlsContext>> load(
      const TlsFiles& files, TlsVersions versions,
      ClientCertificates clients = ClientCertificates::not_asked_for);
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  TlsContext(TlsContext&&) = delete;
  TlsContext& operator=(TlsContext&&) = delete;
  ~TlsContext();

  // Listens like listen_tcp (io/acceptor.h) and speaks TLS. The handshake has a deadline of 10 s
  // and does not hold up other connections; those beyond `handshakes_max` at once are closed.
  static Result<std::unique_ptr<Acceptor>> listen(std::shared_ptr<TlsContext> context,
                                                  EventLoop& loop, const Endpoint& endpoint,
                                                  std::size_t handshakes_max = 1024);

 private:
  struct State;
  explicit TlsContext(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
