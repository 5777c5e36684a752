#include "io/line_log.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <string>
#include <string_view>

namespace velum {
namespace {

void append_pair(std::string& line, std::string_view name, std::string_view value) {
  if (!line.empty()) line.push_back(' ');
  line.append(name).push_back('=');
  if (!value.empty() && value.find_first_of(" =\"\\\n") == std::string_view::npos) {
    line.append(value);
    return;
  }
  line.push_back('"');
  for (const char letter : value) {
    if (letter == '"' || letter == '\\') line.push_back('\\');
    line.push_back(letter == '\n' ? ' ' : letter);
  }
  line.push_back('"');
}

std::string_view name_of(LogLevel level) {
  switch (level) {
    case LogLevel::info: return "info";
    case LogLevel::warning: return "warning";
    case LogLevel::error: return "error";
  }
  return "error";
}

}  // namespace

LineLog::LineLog(const Clock& clock)
    : clock_(clock),
      logger_(std::make_unique<spdlog::logger>("velum",
                                               std::make_shared<spdlog::sinks::stderr_sink_mt>())) {
  logger_->set_pattern("%v");
  logger_->flush_on(spdlog::level::info);
}

LineLog::~LineLog() = default;

void LineLog::write(LogLevel level, Literal event, std::initializer_list<LogField> fields) {
  std::string line;
  append_pair(line, "ts", to_text(clock_.now()));
  append_pair(line, "level", name_of(level));
  append_pair(line, "event", event.view());
  for (const LogField& field : fields) append_pair(line, field.name.view(), field.text);
  logger_->log(spdlog::level::info, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace velum
