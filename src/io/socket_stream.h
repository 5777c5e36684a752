#pragma once
// SocketStream: a Stream over a connected TCP or unix socket.
//
// A keep-alive request costs one recv and one sendmsg: reads go straight to waiting where the last
// one emptied the socket, and writes wait only when the peer does not take them.

#include <boost/asio/generic/stream_protocol.hpp>
#include <cstdint>

#include "io/stream.h"

namespace velum {

enum class PeerTrust : std::uint8_t { anyone, local_admin };

class SocketStream final : public Stream {
 public:
  using Socket = boost::asio::generic::stream_protocol::socket;

  SocketStream(Socket socket, PeerTrust trust) : socket_(std::move(socket)), trust_(trust) {}

  Task<Result<std::size_t>> read_some(std::span<char> out) override;
  Task<Result<void>> write_all(std::span<const std::string_view> parts) override;
  void abort() override;
  void abort_read() override;
  Task<void> finish_writing() override;
  Task<void> close() override;
  bool is_local_admin() const override { return trust_ == PeerTrust::local_admin; }
  std::optional<IpAddress> peer() override;

 private:
  void discard_received();

  Socket socket_;
  PeerTrust trust_;
  bool aborted_ = false;
  bool more_received_ = false;  // The last read filled its buffer.
  int reads_at_once_ = 0;       // Since the loop has last had its turn.
};

}  // namespace velum
