#pragma once
// Stream: a connected byte stream (TCP, TLS, unix socket, simulated), on one event loop.

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "io/peer.h"
#include "io/task.h"

namespace velum {

class Stream {
 public:
  // Waits for at least one byte. 0 means that the peer has closed its side.
  virtual Task<Result<std::size_t>> read_some(std::span<char> out) = 0;
  // Writes all parts, in order, in as few system calls as it can.
  virtual Task<Result<void>> write_all(std::span<const std::string_view> parts) = 0;
  // Makes waiting calls fail with `cancelled` soon. The deadline sweep calls it, on the same loop.
  virtual void abort() = 0;
  // The same for a waiting read only, and what is written still arrives: for a last answer.
  virtual void abort_read() = 0;
  // Tells the peer that nothing more comes. Reading goes on.
  virtual Task<void> finish_writing() = 0;
  // Says goodbye (TLS close_notify, TCP shutdown) and closes.
  virtual Task<void> close() = 0;
  // May the peer be trusted as the owner of the machine? True for the unix admin socket only.
  virtual bool is_local_admin() const { return false; }
  // Where the peer is; nullopt where that has no address, or it is gone.
  virtual std::optional<IpAddress> peer() { return std::nullopt; }
  // What the peer was asked for by TLS, and has shown; nullopt elsewhere.
  virtual std::optional<CertificateHash> peer_certificate() const { return std::nullopt; }

  virtual ~Stream() = default;
};

}  // namespace velum
