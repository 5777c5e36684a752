#pragma once
// The options of `velum serve`.

#include "cli/command_line.h"

namespace CLI {
class App;
}

namespace velum {

// Declares them; `serve` has their defaults, and outlives the parsing.
void add_serve_options(CLI::App& app, ServeCommand& serve);

}  // namespace velum
