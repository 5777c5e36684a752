#include "http/connection.h"

#include <algorithm>
#include <array>
#include <limits>

namespace velum {
namespace {

// Pipelined answers are held back to be written together, up to that many.
constexpr std::size_t batch_count_max = 32;
constexpr std::size_t batch_size_max_bytes = 256 << 10;

// How long a peer that we leave may take to read our last answer and to stop sending.
constexpr std::chrono::milliseconds linger_deadline{2'000};

HeadLimits head_limits(const HttpLimits& limits) {
  return {limits.line_size_max_bytes, limits.headers_size_max_bytes, limits.headers_count_max};
}

}  // namespace

Tick ConnectionGroup::tick_after(std::chrono::milliseconds duration) const {
  const auto ticks = (duration + tick_length - std::chrono::milliseconds(1)) / tick_length;
  return now + static_cast<Tick>(std::max<std::int64_t>(ticks, 0)) + 1;
}

Connection::Connection(ConnectionGroup& group, std::unique_ptr<Stream> stream)
    : group_(group),
      stream_(std::move(stream)),
      reader_(head_limits(group.limits), group.limits.body_size_max_bytes,
              [&group](const HttpRequest& request) { return group.handler.is_streamed(request); }) {
  request_.from_admin_socket = stream_->is_local_admin();
  request_.peer = {stream_->peer(), stream_->peer_certificate()};
  enter(Phase::idle);
  group_.connections.push_back(*this);
  ++group_.statistics.connections_open;
  ++group_.statistics.connections_total;
}

Connection::~Connection() {
  --group_.statistics.connections_open;
}

void Connection::enter(Phase phase) {
  const HttpLimits& limits = group_.limits;
  phase_ = phase;
  expired_ = false;
  switch (phase) {
    case Phase::idle:
      deadline_ = group_.tick_after(has_served_ ? limits.idle_deadline : limits.header_deadline);
      return;
    case Phase::head: deadline_ = group_.tick_after(limits.header_deadline); return;
    case Phase::body: deadline_ = group_.tick_after(limits.body_deadline); return;
    case Phase::handling: deadline_ = std::numeric_limits<Tick>::max(); return;
    case Phase::writing: deadline_ = group_.tick_after(limits.write_deadline); return;
    case Phase::closing:
      deadline_ = group_.tick_after(std::min(linger_deadline, limits.write_deadline));
      return;
  }
}

void Connection::check_deadline() {
  if (expired_ || group_.now < deadline_) return;
  expired_ = true;
  // A late request is still answered, with 408; a peer that does not take its answer gets no other.
  if (is_reading()) {
    stream_->abort_read();
  } else {
    abort();
  }
}

void Connection::stop_if_idle() {
  if (phase_ == Phase::idle) stream_->abort_read();
}

void Connection::abort() {
  lost_ = ending_ = true;
  stream_->abort();
}

Task<void> Connection::run() {
  while (!ending_) {
    const ReadProgress progress = reader_.next(request_);
    if (progress == ReadProgress::needs_more) {
      co_await receive();
    } else if (progress == ReadProgress::refused) {
      refuse(reader_.refusal());
    } else if (progress == ReadProgress::stream) {
      co_await stream();
    } else {
      enter(Phase::handling);
      ++group_.statistics.requests_total;
      HttpResponse response = co_await group_.handler.handle(request_);
      answer(std::move(response), reader_.framing());
      if (is_batch_full()) co_await flush();
    }
  }
  co_await flush();
  co_await say_goodbye();
}

Task<void> Connection::receive() {
  co_await flush();
  if (lost_) co_return;
  reader_.release();

  constexpr std::array phases{Phase::idle, Phase::head, Phase::body};
  const Phase phase = phases[static_cast<std::size_t>(reader_.stage())];
  if (phase == Phase::idle && group_.draining) {
    ending_ = true;
    co_return;
  }
  // Only the change of phase sets a deadline: more bytes in the same phase do not.
  if (phase != phase_) enter(phase);
  if (reader_.take_expectation()) {
    const auto written = co_await stream_->write_all(continue_answer);
    if (!written) lost_ = ending_ = true;
    if (lost_) co_return;
  }

  const auto count = co_await stream_->read_some(reader_.space());
  if (expired_ && phase != Phase::idle) {
    refuse({408, Error(ErrorCode::timeout, "the request took too long to arrive")});
  } else if (expired_ || !count || *count == 0) {
    ending_ = true;
  } else {
    reader_.received(*count);
  }
}

void Connection::refuse(const Refusal& refusal) {
  ++group_.statistics.refused_total;
  HttpResponse response = group_.handler.refuse(refusal.status, refusal.error);
  response.close = true;
  request_.method = HttpMethod::other;  // Whatever was read of it is not to be relied on.
  answer(std::move(response), {});
}

void Connection::answer(HttpResponse response, const RequestFraming& framing) {
  has_served_ = true;
  append_response_head(heads_, response, stay_or_leave(response, framing));
  const bool sends_body = request_.method != HttpMethod::head && status_has_body(response.status);
  const std::string_view sent = sends_body ? response.sent_body() : std::string_view();
  answers_.push_back({heads_.size(), std::move(response.body), sent});
  bodies_size_bytes_ += sent.size();
}

ConnectionHeader Connection::stay_or_leave(const HttpResponse& response,
                                           const RequestFraming& framing) {
  const bool leaves = response.close || group_.draining;
  auto header = ConnectionHeader::none;
  if (leaves || !framing.keep_alive) {
    header = ConnectionHeader::close;
    ending_ = true;
    lingering_ = leaves;
  } else if (framing.version == HttpVersion::http_1_0) {
    header = ConnectionHeader::keep_alive;
  }
  return header;
}

bool Connection::is_batch_full() const {
  return answers_.size() >= batch_count_max || bodies_size_bytes_ >= batch_size_max_bytes;
}

Task<void> Connection::flush() {
  if (answers_.empty()) co_return;
  if (!lost_) {
    parts_.clear();
    std::size_t head_start = 0;
    for (const Answer& answer : answers_) {
      parts_.push_back(view(heads_).substr(head_start, answer.head_end - head_start));
      if (!answer.sent.empty()) parts_.push_back(answer.sent);
      head_start = answer.head_end;
    }
    enter(Phase::writing);
    const auto written = co_await stream_->write_all(parts_);
    if (!written) lost_ = ending_ = true;
  }
  answers_.clear();
  wipe(heads_.data(), heads_.size());
  heads_.clear();
  bodies_size_bytes_ = 0;
  reader_.release();
}

// A socket that is closed while bytes arrive resets the connection, and the peer may lose an
// answer that it has not read yet: so let it finish, but not for long.
Task<void> Connection::say_goodbye() {
  enter(Phase::closing);
  if (lingering_ && !lost_) {
    co_await stream_->finish_writing();
    while (!expired_) {
      const auto count = co_await stream_->read_some(reader_.drop_everything());
      if (!count || *count == 0) break;
    }
  }
  co_await stream_->close();
}

}  // namespace velum
