#include "storage/sqlite/connection.h"

#include <gtest/gtest.h>

namespace velum {
namespace {

void run_with(sqlite3_stmt* statement, std::int64_t number) {
  const int parameters = sqlite3_bind_parameter_count(statement);
  for (int place = 1; place <= parameters; ++place) {
    ASSERT_EQ(sqlite3_bind_int64(statement, place, number + place), SQLITE_OK);
  }
  sqlite3_step(statement);
  sqlite3_reset(statement);
}

// What is bound decides nothing: or each list of another entity would plan its statement again.
TEST(SqliteConnection, PlansEachStatementOnce) {
  SqliteConnection connection;
  ASSERT_TRUE(connection.open(nullptr, ":memory:"));
  for (const std::string_view text : schema_steps()) {
    ASSERT_TRUE(connection.execute(std::string(text).c_str()));
  }
  for (std::size_t index = 0; index < static_cast<std::size_t>(Sql::end); ++index) {
    static_cast<void>(connection.query(static_cast<Sql>(index)));
  }
  std::size_t statements = 0;
  sqlite3_stmt* one = nullptr;
  while ((one = sqlite3_next_stmt(connection.handle(), one)) != nullptr) {
    ++statements;
    for (const std::int64_t number : {1, -1, 7, 0, 2}) run_with(one, number);
    EXPECT_EQ(sqlite3_stmt_status(one, SQLITE_STMTSTATUS_REPREPARE, 0), 0) << sqlite3_sql(one);
  }
  EXPECT_EQ(statements, static_cast<std::size_t>(Sql::end));
}

}  // namespace
}  // namespace velum
