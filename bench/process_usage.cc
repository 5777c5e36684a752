#include "process_usage.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

namespace velum::bench {
namespace {

// Of the fields behind the name in brackets, which may itself hold blanks.
constexpr int user_time_field = 11;

std::string content(pid_t process, const char* name) {
  std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

ProcessUsage usage_of(pid_t process) {
  ProcessUsage usage;
  const std::string stat = content(process, "stat");
  std::istringstream fields(stat.substr(std::min(stat.size(), stat.rfind(')') + 1)));
  std::string skipped;
  for (int at = 0; at < user_time_field; ++at) fields >> skipped;
  double user_ticks = 0;
  double system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  usage.cpu_s = (user_ticks + system_ticks) / static_cast<double>(sysconf(_SC_CLK_TCK));

  constexpr std::string_view name = "\nwchar: ";
  const std::string io = content(process, "io");
  const std::size_t at = io.find(name);
  if (at != io.npos)
    usage.written_bytes = std::strtoull(io.c_str() + at + name.size(), nullptr, 10);
  return usage;
}

}  // namespace velum::bench
