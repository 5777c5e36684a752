#pragma once

#include <sys/types.h>

#include <cstdint>

namespace velum::bench {

// What a process has used since it began, as /proc tells; zeros once it is gone.
struct ProcessUsage {
  double cpu_s = 0;  // In ticks of the kernel: 10 ms.
  // What it handed to write(2), so nothing that went to a socket. The kernel's own count of what
  // goes to a disk is no use here: it takes the whole folio, up to megabytes, for each changed
  // byte.
  std::uint64_t written_bytes = 0;
};
ProcessUsage usage_of(pid_t process);

}  // namespace velum::bench
