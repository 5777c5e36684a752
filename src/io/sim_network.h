#pragma once
// SimNetwork: connections in memory, on one event loop. Bytes arrive in pieces of any size, a
// writer waits while its peer does not read, and a connection breaks where it was told to.
//
// What the pieces are is `random`'s; the same draws with the same traffic give the same pieces.

#include <cstddef>
#include <memory>
#include <optional>

#include "io/acceptor.h"
#include "io/sim_random.h"

namespace velum {

class SimNetwork {
 public:
  // Both outlive the network and its streams. One thread.
  SimNetwork(EventLoop& loop, SeededRandom& random);
  SimNetwork(const SimNetwork&) = delete;
  SimNetwork& operator=(const SimNetwork&) = delete;
  ~SimNetwork();

  // The server's side; one at a time.
  std::unique_ptr<Acceptor> listen();
  // A client's side. It breaks, for both, once so many bytes have gone either way, counted
  // together.
  std::unique_ptr<Stream> connect(std::optional<std::size_t> breaks_after_bytes);
  // Every connection breaks: a cable that is pulled, a process that dies.
  void break_all();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace velum
