// Rows of an import, into a store that others write to at the same moment, and into one whose clock
// was wrong.

#include <gtest/gtest.h>

#include <chrono>

#include "server/admin_api.h"
#include "test/fault/sim_node.h"

namespace velum::import_rows_test {
namespace {

constexpr const char* ana = R"({"email":"ana@example.com"})";

std::string consent_row(std::string_view source) {
  std::string row(R"({"email":"ana@example.com","parts":[{"entity":"consent","document":)");
  row.append(R"({"purpose":"newsletter","granted":true,"source":")").append(source);
  return row.append("\"}}]}");
}

// All under way at once, on one loop.
std::vector<Result<RowOutcome>> import_at_once(SimNode& node,
                                               const std::vector<std::string>& rows) {
  std::vector<Result<RowOutcome>> outcomes(rows.size(), Error(ErrorCode::cancelled, "none"));
  const auto import = [&node](std::string_view row, Result<RowOutcome>& outcome) -> Task<void> {
    outcome =
        co_await import_row_by_command(node.engine(), node.account(), node.disk().random, row);
  };
  for (std::size_t i = 0; i < rows.size(); ++i) node.loop().start(import(rows[i], outcomes[i]));
  node.loop().context().restart();
  node.loop().run();
  return outcomes;
}

TEST(ImportRows, OfConsentsToOnePurposeAtOnceOneIsMade) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  ASSERT_TRUE(node.create(ana));
  const auto outcomes = import_at_once(node, {consent_row("one file"), consent_row("another")});
  std::uint32_t made = 0;
  for (const Result<RowOutcome>& outcome : outcomes) {
    ASSERT_TRUE(outcome) << outcome.error().message();
    const std::uint32_t there = outcome->already_there.of(EntityId::consent);
    EXPECT_EQ(there + outcome->made.of(EntityId::consent), 1U);
    made += outcome->made.of(EntityId::consent);
  }
  EXPECT_EQ(made, 1U);
}

// The wall says that she has expired, and may be wrong: her e-mail is not free yet.
TEST(ImportRows, WhoIsNotThereIsNotToldToBe) {
  using std::chrono::days;
  SimDisk disk(2);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  ASSERT_TRUE(node.create_for_days(ana, 10));
  ASSERT_TRUE(node.sweep());
  disk.clock.jump_wall(days(11));
  const std::string row = std::string(R"({"profile":)").append(ana).append("}");
  const auto outcomes = import_at_once(node, {row});
  ASSERT_FALSE(outcomes.front());
  EXPECT_NE(outcomes.front().error().message().find("held by nobody"), std::string_view::npos);
}

TEST(ImportRows, AnEmailOfSeveralProfilesRejectsTheRow) {
  using std::chrono::days;
  SimDisk disk(2);
  {
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    ASSERT_TRUE(node.create_for_days(ana, 10));
    disk.clock.advance(days(10));
    ASSERT_TRUE(node.create(ana));
    ASSERT_TRUE(node.sweep());
  }
  // The first has not expired after all, says the operator.
  disk.clock.jump_wall(-days(5));
  SimNodeOptions options;
  options.clock_trust = ClockTrust::the_wall;
  SimNode node(disk, options);
  ASSERT_TRUE(node.start());
  ASSERT_EQ(node.find("ana@example.com").error().code(), ErrorCode::ambiguous);
  const auto outcomes = import_at_once(node, {consent_row("a file")});
  EXPECT_EQ(outcomes.front().error().code(), ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace velum::import_rows_test
