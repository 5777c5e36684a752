#include "storage/sqlite/connection.h"

#include <gtest/gtest.h>

#include "storage/sqlite/commerce_statements.h"
#include "storage/sqlite/statements.h"

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

class SqliteConnectionTo : public testing::TestWithParam<SqliteTables> {};
INSTANTIATE_TEST_SUITE_P(Tables, SqliteConnectionTo,
                         testing::Values(profile_system_tables(), commerce_tables()));

// What is bound decides nothing: or each list of another entity would plan its statement again.
TEST_P(SqliteConnectionTo, PlansEachStatementOnce) {
  SqliteConnection connection;
  const SqliteTables tables = GetParam();
  ASSERT_TRUE(connection.open(nullptr, ":memory:", tables));
  for (const std::string_view text : tables.steps) {
    ASSERT_TRUE(connection.execute(std::string(text).c_str()));
  }
  for (std::size_t index = 0; index < tables.statements_count; ++index) {
    static_cast<void>(connection.query(index));
  }
  std::size_t statements = 0;
  sqlite3_stmt* one = nullptr;
  while ((one = sqlite3_next_stmt(connection.handle(), one)) != nullptr) {
    ++statements;
    for (const std::int64_t number : {1, -1, 7, 0, 2}) run_with(one, number);
    EXPECT_EQ(sqlite3_stmt_status(one, SQLITE_STMTSTATUS_REPREPARE, 0), 0) << sqlite3_sql(one);
  }
  EXPECT_EQ(statements, tables.statements_count);
}

}  // namespace
}  // namespace velum
