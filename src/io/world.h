#pragma once
// World: what a program is given of the machine, real or simulated (sockets come with an Acceptor).
// All of it outlives whatever was made with it.

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "io/file.h"

namespace velum {

struct World {
  FileSystem& files;
  const Clock& clock;
  Random& random;
  Log& log;
};

}  // namespace velum
