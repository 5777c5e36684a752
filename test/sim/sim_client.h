#pragma once
// An HTTP client over a simulated connection.

#include <memory>
#include <optional>
#include <string>

#include "io/stream.h"

namespace velum {

struct SimRequest {
  std::string method = "GET";
  std::string target;
  std::string headers;  // Lines, each with its end.
  std::string body;
};

struct SimAnswer {
  int status = 0;
  std::string body;
};

class SimClient {
 public:
  explicit SimClient(std::unique_ptr<Stream> stream) : stream_(std::move(stream)) {}

  // nullopt: the connection broke before the whole answer was here; the request may have been
  // carried out, may be carried out later, or not.
  Task<std::optional<SimAnswer>> ask(SimRequest request);
  bool is_broken() const { return broken_; }

 private:
  Task<bool> receive_until(std::size_t size_bytes);

  std::unique_ptr<Stream> stream_;
  std::string received_;
  bool broken_ = false;
};

}  // namespace velum
