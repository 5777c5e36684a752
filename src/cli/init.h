#pragma once
// velum init: a new data directory with one account and its first app key.
//
// Built beside its place and renamed into it, so a crash leaves nothing there or a whole one. Root
// keys that exist already are used and never overwritten.

#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "cli/command_line.h"
#include "io/file.h"

namespace velum {

struct NewStore {
  std::string app_key;
  Sensitive app_token;
};

struct InitEnvironment {
  FileSystem& files;
  const Clock& clock;
  Random& random;
  Log& log;
};

Result<NewStore> init_store(const InitCommand& command, const InitEnvironment& environment);

}  // namespace velum
