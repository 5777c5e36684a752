#include "cli/common_options.h"

#include <CLI/CLI.hpp>

namespace velum {

void add_data(CLI::App& command, std::string& data) {
  command.add_option("--data", data, "the data directory")->envname("VELUM_DATA")->required();
}

void add_root_key(CLI::App& command, std::string& root_key) {
  command.add_option("--root-key", root_key, "the root key file (default: DATA.root-key)")
      ->envname("VELUM_ROOT_KEY");
}

void add_ledger_copy(CLI::App& command, std::string& ledger_copy) {
  command
      .add_option("--ledger-copy", ledger_copy,
                  "a second place for the erasure ledger, on another disk")
      ->envname("VELUM_LEDGER_COPY");
}

}  // namespace velum
