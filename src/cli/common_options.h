#pragma once
// Options that several commands have.

#include <string>

namespace CLI {
class App;
}

namespace velum {

void add_data(CLI::App& command, std::string& data);
void add_root_key(CLI::App& command, std::string& root_key);
void add_ledger_copy(CLI::App& command, std::string& ledger_copy);

}  // namespace velum
