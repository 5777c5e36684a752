// docs/adr/0002-store-operations.md holds each statement beside its PostgreSQL form. This keeps the
// SQLite half the one that runs; tools/check_store_sql.py looks at the other.

#include "storage/sqlite/statements.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "storage/sqlite/commerce_statements.h"

namespace velum {
namespace {

std::string on_one_line(std::string_view text) {
  std::istringstream words{std::string(text)};
  std::string line;
  std::string word;
  while (words >> word) line += (line.empty() ? "" : " ") + word;
  return line;
}

std::multiset<std::string> documented() {
  std::stringstream text;
  text << std::ifstream(VELUM_SOURCE_DIR "/docs/adr/0002-store-operations.md").rdbuf();
  const std::string page = text.str();
  const std::string fence = "```sqlite\n";
  std::multiset<std::string> found;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    found.insert(on_one_line(std::string_view(page).substr(at, page.find("```", at) - at)));
  }
  return found;
}

TEST(Statements, AreTheDocumentedOnes) {
  std::multiset<std::string> ours;
  for (const SqliteTables& tables : {profile_system_tables(), commerce_tables()}) {
    for (const std::string_view step : tables.steps) ours.insert(on_one_line(step));
    for (std::size_t number = 0; number < tables.statements_count; ++number) {
      ours.insert(on_one_line(tables.statement(number)));
    }
  }
  EXPECT_EQ(documented(), ours);
}

}  // namespace
}  // namespace velum
