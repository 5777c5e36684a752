#pragma once
// SystemWorld: the real machine.

#include "io/line_log.h"
#include "io/system_clock.h"
#include "io/system_file.h"
#include "io/system_random.h"
#include "io/world.h"

namespace velum {

struct SystemWorld {
  World world() { return {files, clock, random, log}; }

  SystemFileSystem files;
  SystemClock clock;
  SystemRandom random;
  LineLog log{clock};
};

}  // namespace velum
