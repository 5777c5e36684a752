// What a failed sync leaves can be read until the power goes, and then not any more. So what a
// server shows after it was started again must be there after a power cut as well.

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "json/value.h"
#include "test/fault/sim_node.h"

namespace velum::restart_test {
namespace {

constexpr std::string_view email = "ana@example.com";
const std::string body = R"({"email":"ana@example.com","firstName":"Ana"})";

// What is there to see.
struct Sight {
  std::string person;  // Unmasked; empty: nobody.
  std::set<std::string> entries;
};

Sight look(SimDisk& disk, SimNode& node) {
  Sight sight;
  if (const auto key = node.find(email)) sight.person = node.unmask(*key).value();
  EXPECT_TRUE(node.drain());
  EXPECT_TRUE(node.audit().checkpoint_now());
  const auto each = [&sight](std::string_view entry) -> Result<void> {
    const auto parsed = json::Document::parse(entry);
    sight.entries.emplace(parsed->root().find("id")->text());
    return {};
  };
  EXPECT_TRUE(read_audit(disk.files, "./audit", each));
  EXPECT_TRUE(verify_audit(disk.files, "./audit", std::nullopt));
  return sight;
}

using Deed = std::function<void(SimNode&)>;

// Returns how many disk calls `deed` makes after `before`.
std::uint64_t restart_after_fault(const Deed& before, const Deed& deed, std::uint64_t fault) {
  SimDisk disk(3);
  std::uint64_t calls = 0;
  {
    SimNode node(disk);
    EXPECT_TRUE(node.start());
    before(node);
    calls = disk.files.calls();
    if (fault > 0) disk.files.fail_call(calls + fault, FaultSpan::once, ErrorCode::io);
    deed(node);
    calls = disk.files.calls() - calls;
    disk.files.fail_call(0, FaultSpan::once, ErrorCode::io);
  }
  Sight shown;
  {
    SimNode node(disk);
    const auto started = node.start();
    EXPECT_TRUE(started) << started.error().message();
    if (started) shown = look(disk, node);
    disk.files.fail_call(1, FaultSpan::from_then_on, ErrorCode::io);  // Nothing is tidied up.
    disk.files.crash_dropping_all();
  }
  disk.files.power_on();
  SimNode node(disk);
  const auto started = node.start();
  EXPECT_TRUE(started) << started.error().message();
  if (!started) return calls;
  const Sight now = look(disk, node);
  EXPECT_EQ(now.person, shown.person);
  EXPECT_TRUE(std::includes(now.entries.begin(), now.entries.end(), shown.entries.begin(),
                            shown.entries.end()))
      << "entries that were shown are gone";
  return calls;
}

void try_every_fault(const Deed& before, const Deed& deed) {
  const std::uint64_t calls = restart_after_fault(before, deed, 0);
  EXPECT_GT(calls, 1U);
  for (std::uint64_t fault = 1; fault <= calls; ++fault) {
    SCOPED_TRACE("fault " + std::to_string(fault) + " of " + std::to_string(calls));
    restart_after_fault(before, deed, fault);
  }
}

void create(SimNode& node) {
  static_cast<void>(node.create(body).has_value());
}

// What the log's threads still have to do would come between the calls of the deed, and no two runs
// would number them alike.
void create_and_settle(SimNode& node) {
  create(node);
  EXPECT_TRUE(node.drain());
  EXPECT_TRUE(node.audit().checkpoint_now());
}
constexpr int rounds = 2;  // Not all are numbered alike after that either.

TEST(Restart, ShowsNoCreationThatAPowerCutTakesBack) {
  try_every_fault([](SimNode&) {}, create);
}

TEST(Restart, ShowsNoRevealThatAPowerCutTakesBack) {
  try_every_fault(create, [](SimNode& node) {
    static_cast<void>(node.unmask(node.find(email).value()).has_value());
  });
}

TEST(Restart, ShowsNoErasureThatAPowerCutTakesBack) {
  const auto erase = [](SimNode& node) {
    static_cast<void>(node.erase(std::string(email)).has_value());
  };
  for (int round = 0; round < rounds; ++round) try_every_fault(create_and_settle, erase);
}

TEST(Restart, ShowsNoMovedEntryThatAPowerCutTakesBack) {
  try_every_fault(create, [](SimNode& node) {
    static_cast<void>(node.drain().has_value());
    static_cast<void>(node.audit().checkpoint_now().has_value());
  });
}

}  // namespace
}  // namespace velum::restart_test
