#pragma once
// TlsAcceptor: accepts from another Acceptor and brings a stream once its handshake is done. The
// handshakes run beside each other, so that a slow peer holds up nobody; beyond `handshakes_max` at
// once, peers who do not finish would cost more than those who wait would gain.

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>

#include "io/acceptor.h"
#include "io/event_loop.h"

namespace velum {

std::unique_ptr<Acceptor> make_tls_acceptor(EventLoop& loop, std::shared_ptr<SSL_CTX> context,
                                            std::unique_ptr<Acceptor> inner,
                                            std::size_t handshakes_max);

}  // namespace velum
