#pragma once
// Connection: serves the requests of one stream, in order, until either side has had enough.

#include <boost/intrusive/list.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "http/request_reader.h"
#include "http/response_head.h"
#include "http/server.h"
#include "io/stream.h"

namespace velum {

// Time in ticks of the loop's sweep, so that a request sets no timer.
using Tick = std::uint64_t;

class Connection;

// What the connections of one loop share.
struct ConnectionGroup {
  using Hook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
  using List = boost::intrusive::list<Connection, boost::intrusive::base_hook<Hook>,
                                      boost::intrusive::constant_time_size<false>>;

  HttpHandler& handler;
  HttpLimits limits;
  std::chrono::milliseconds tick_length;
  Tick now = 0;
  bool draining = false;
  HttpServerStatistics statistics{};
  List connections{};

  // The first tick that is certainly later than that.
  Tick tick_after(std::chrono::milliseconds duration) const;
};

// Of a request whose body is streamed.
struct Streaming {
  bool begun = false;  // Its answer.
  bool whole = false;  // Its body has been read to its end.
  std::optional<Refusal> refusal;
  Tick ticks_left = 0;            // For the bytes that the deadline is for.
  std::size_t counted_bytes = 0;  // Of them.
};

// As long as a handler has the request, its exchange is the connection itself.
class Connection final : public ConnectionGroup::Hook, private HttpExchange {
 public:
  Connection(ConnectionGroup& group, std::unique_ptr<Stream> stream);
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  Connection(Connection&&) = delete;
  Connection& operator=(Connection&&) = delete;
  ~Connection();

  Task<void> run();

  // Called between the steps of run(), on the same loop.
  void check_deadline();
  void stop_if_idle();
  void abort();

 private:
  enum class Phase : std::uint8_t { idle, head, body, handling, writing, closing };

  struct Answer {
    std::size_t head_end;  // In heads_.
    WipedText body;
    std::string_view sent;  // The body, or what the program has in its place.
  };

  Task<Result<std::string_view>> read() override;
  Task<Result<void>> begin(const HttpResponse& head) override;
  Task<Result<void>> write(std::string_view bytes) override;
  Task<void> stream();
  Task<void> finish_stream(HttpResponse response);
  Task<Result<void>> receive_piece();
  void renew_allowance();
  Task<Result<void>> write_parts(std::span<const std::string_view> parts);

  void enter(Phase phase);
  bool is_reading() const { return phase_ <= Phase::body; }
  Task<void> receive();
  Task<void> flush();
  Task<void> say_goodbye();
  void answer(HttpResponse response, const RequestFraming& framing);
  ConnectionHeader stay_or_leave(const HttpResponse& response, const RequestFraming& framing);
  void refuse(const Refusal& refusal);
  bool is_batch_full() const;

  ConnectionGroup& group_;
  std::unique_ptr<Stream> stream_;
  RequestReader reader_;
  HttpRequest request_;

  std::vector<Answer> answers_;  // Not yet written.
  std::optional<Streaming> streaming_;
  WipedText heads_;
  std::size_t bodies_size_bytes_ = 0;
  std::vector<std::string_view> parts_;

  Phase phase_ = Phase::idle;
  Tick deadline_ = 0;
  bool expired_ = false;
  bool has_served_ = false;
  bool ending_ = false;     // Nothing more is read.
  bool lost_ = false;       // The stream failed, or was aborted.
  bool lingering_ = false;  // The peer may still be sending, and must get our answer.
};

}  // namespace velum
