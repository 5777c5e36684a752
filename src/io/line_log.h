#pragma once
// LineLog: one logfmt line an event on standard error:
//   ts=2022-01-05T15:41:37.5009471+00:00 level=info event="loop started" loop=1
// Lines of several threads do not mix. What cannot be written is dropped.

#include <initializer_list>
#include <memory>

#include "base/clock.h"
#include "base/log.h"

namespace spdlog {
class logger;
}

namespace velum {

class LineLog final : public Log {
 public:
  explicit LineLog(const Clock& clock);  // The clock outlives the log.
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;
  ~LineLog() override;

  void write(LogLevel level, Literal event, std::initializer_list<LogField> fields) override;

 private:
  const Clock& clock_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace velum
