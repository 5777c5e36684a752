#pragma once
// AnswerStatus: the status of an HTTP/1.1 answer, read as it comes. Nothing else of an answer is
// looked at: no header, so that nobody is sent elsewhere by one, and no body.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace velum {

class AnswerStatus {
 public:
  // Interim answers (1xx) count too.
  static constexpr std::size_t size_max_bytes = 16 << 10;

  // The final answer's status, 200 to 599, once its first line is there. Fails with corrupt where
  // that is no HTTP/1.1, or does not come. Not called again after either.
  Result<std::optional<int>> take(std::string_view bytes);

 private:
  std::string text_;  // From the first line of an answer on.
  std::size_t size_bytes_ = 0;
};

}  // namespace velum
