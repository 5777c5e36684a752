#pragma once
// What a program that measures without a server works with: the machine's own files, clock and
// random bytes. What fails ends it.

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

#include "base/log.h"
#include "base/result.h"
#include "io/system_clock.h"
#include "io/system_file.h"
#include "io/system_random.h"

namespace velum::bench {

struct RealWorld {
  SystemFileSystem files;
  SystemClock clock;
  SystemRandom random;
  NoLog log;
};

[[noreturn]] inline void give_up(const Error& error) {
  std::fprintf(stderr, "it cannot be measured: %s %s\n", std::string(error.message()).c_str(),
               error.subject().c_str());
  std::exit(1);
}

template <typename T>
T value_of(Result<T> result) {
  if (!result) give_up(result.error());
  return *std::move(result);
}

}  // namespace velum::bench
