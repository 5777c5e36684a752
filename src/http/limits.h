#pragma once
// HttpLimits: what a server grants its clients, and the one place of what that is by default.

#include <chrono>
#include <cstddef>

namespace velum {

struct HttpLimits {
  std::size_t body_size_max_bytes = 1 << 20;
  std::size_t line_size_max_bytes = 8 << 10;
  std::size_t headers_size_max_bytes = 32 << 10;
  std::size_t headers_count_max = 100;
  std::chrono::milliseconds header_deadline{10'000};
  std::chrono::milliseconds body_deadline{30'000};
  std::chrono::milliseconds idle_deadline{60'000};
  std::chrono::milliseconds write_deadline{30'000};
  std::chrono::milliseconds drain_limit{20'000};  // For who calls HttpServer::drain().
  std::size_t connections_max = 20'000;
};

}  // namespace velum
