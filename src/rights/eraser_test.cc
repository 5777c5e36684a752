// Erasure over the simulated disk: gone means gone, after any fault, crash or restore.

#include "rights/eraser.h"

#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "test/fault/sim_node.h"

namespace velum {
namespace {

class EraserTest : public testing::Test {
 protected:
  void new_disk() { disk_ = std::make_unique<SimDisk>(++seed_); }
  SimFileSystem& files() { return disk_->files; }
  std::unique_ptr<SimNode> start() {
    auto node = std::make_unique<SimNode>(*disk_);
    const auto started = node->start();
    EXPECT_TRUE(started) << started.error().message();
    return started ? std::move(node) : nullptr;
  }
  static RecordKey create(SimNode& node, std::string_view body) {
    return SimNode::key_of(*node.create(body));
  }
  // How often the log says that something about an erasure had this outcome.
  std::size_t logged(std::string_view outcome) {
    std::size_t count = 0;
    const auto look = [&](std::string_view entry) -> Result<void> {
      count += entry.find("ProfileSystemUserRightsDelete") != std::string_view::npos &&
               entry.find("\"outcome\":\"" + std::string(outcome) + "\"") != std::string_view::npos;
      return {};
    };
    EXPECT_TRUE(read_audit(files(), "./audit", look));
    return count;
  }

  std::uint64_t seed_ = 0;
  std::unique_ptr<SimDisk> disk_;
};

constexpr std::string_view ana = R"({"email":"ana@example.com","firstName":"Ana"})";
constexpr std::string_view bia = R"({"email":"bia@example.com"})";

TEST_F(EraserTest, ErasesOnePersonAndNobodyElse) {
  new_disk();
  auto node = start();
  const RecordKey gone = create(*node, ana);
  const RecordKey other = create(*node, bia);
  EXPECT_EQ(*node->erase(" ANA@example.com"), 1U);
  EXPECT_FALSE(node->read_masked(gone));
  EXPECT_TRUE(node->read_masked(other));
  EXPECT_TRUE(node->is_in_ledger(gone.subject));
  EXPECT_EQ(*node->erase("ana@example.com"), 0U);
  EXPECT_EQ(*node->erase("not an address"), 0U);
  const RecordKey again = create(*node, ana);
  EXPECT_TRUE(node->read_masked(again));
  node.reset();
  EXPECT_EQ(logged("begun"), 1U);
  EXPECT_EQ(logged("done"), 3U);
  EXPECT_TRUE(verify_audit(files(), "./audit", std::nullopt));
}

// A restored copy of everything but the ledger, made before the erasure.
TEST_F(EraserTest, ARestoredDatabaseDoesNotBringAnybodyBack) {
  new_disk();
  auto node = start();
  const RecordKey gone = create(*node, ana);
  const RecordKey other = create(*node, bia);
  node.reset();
  const Bytes before = files().content("./data.db");
  ASSERT_FALSE(before.empty());

  node = start();
  ASSERT_EQ(*node->erase("ana@example.com"), 1U);
  node.reset();
  ASSERT_TRUE(replace_file(files(), "./data.db", before, FileAccess::owner));
  for (const std::string log : {"./data.db-wal", "./data.db-shm"}) {
    static_cast<void>(files().remove(log).has_value());
  }
  node = start();
  EXPECT_FALSE(node->read_masked(gone));
  EXPECT_TRUE(node->read_masked(other));
  EXPECT_EQ(*node->erase("ana@example.com"), 0U);
  node.reset();
  EXPECT_EQ(logged("done"), 3U);  // The erasure, its replay, and the last question.
}

// The n-th disk call of an erasure fails, once or for good, and then the power goes. Whoever was
// told that it is done finds it done; what was begun is completed; nobody is half erased.
TEST_F(EraserTest, AnErasureSurvivesEveryFault) {
  std::uint64_t calls = 0;
  std::map<bool, int> outcomes;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault == 0 || fault <= calls; ++fault) {
      SCOPED_TRACE(fault);
      new_disk();
      auto node = start();
      ASSERT_TRUE(node);
      const RecordKey gone = create(*node, ana);
      const RecordKey other = create(*node, bia);
      const std::uint64_t calls_before = files().calls();
      if (fault > 0) files().fail_call(calls_before + fault, span, ErrorCode::io);
      const bool told = node->erase("ana@example.com").has_value();
      if (fault == 0) calls = files().calls() - calls_before;
      const bool begun = node->is_in_ledger(gone.subject);
      files().cut_power(disk_->random);
      node.reset();
      files().power_on();
      node = start();
      ASSERT_TRUE(node);
      ++outcomes[told];
      if (told || begun) {
        EXPECT_FALSE(node->read_masked(gone));
        EXPECT_EQ(*node->erase("ana@example.com"), 0U);
      }
      EXPECT_EQ(node->read_masked(gone).has_value(), !node->is_in_ledger(gone.subject));
      EXPECT_TRUE(node->read_masked(other));
      node.reset();
      EXPECT_TRUE(verify_audit(files(), "./audit", std::nullopt));
      if (told) {
        EXPECT_GE(logged("done"), 1U);
        EXPECT_GE(logged("begun"), 1U);
      }
    }
  }
  EXPECT_GT(calls, 15U);
  EXPECT_GT(outcomes[false], 5);
  EXPECT_GT(outcomes[true], 0);
}

TEST_F(EraserTest, WhoHasExpiredIsErasedToo) {
  new_disk();
  auto node = start();
  const auto made = node->create_for_days(ana, 1);
  ASSERT_TRUE(made);
  const RecordKey gone = SimNode::key_of(*made);
  disk_->clock.advance(std::chrono::days(2));
  EXPECT_FALSE(node->read_masked(gone));
  EXPECT_EQ(*node->erase("ana@example.com"), 1U);
  EXPECT_TRUE(node->is_in_ledger(gone.subject));
  node.reset();
  const Bytes content = files().content("./data.db");
  EXPECT_EQ(as_text(content).find(as_text(gone.subject.bytes())), std::string_view::npos);
}

// An e-mail whose holder has expired goes to the next who comes: both are its person's.
TEST_F(EraserTest, WhoHeldTheEmailUntilTheyExpiredIsErasedToo) {
  new_disk();
  auto node = start();
  std::vector<RecordKey> gone;
  for (int visit = 0; visit < 4; ++visit) {
    const auto made = node->create_for_days(ana, 1);
    ASSERT_TRUE(made);
    gone.push_back(SimNode::key_of(*made));
    disk_->clock.advance(std::chrono::days(2));
  }
  gone.push_back(create(*node, ana));
  const RecordKey other = create(*node, bia);
  EXPECT_EQ(*node->erase("ana@example.com"), 5U);
  for (const RecordKey& key : gone) EXPECT_TRUE(node->is_in_ledger(key.subject));
  EXPECT_TRUE(node->read_masked(other));
  node.reset();
  const Bytes content = files().content("./data.db");
  for (const RecordKey& key : gone) {
    EXPECT_EQ(as_text(content).find(as_text(key.subject.bytes())), std::string_view::npos);
  }
}

// The ledger has the erasure, the database still has the person.
TEST_F(EraserTest, NobodyIsServedWhoseErasureHasBegun) {
  new_disk();
  auto node = start();
  const RecordKey gone = create(*node, ana);
  create(*node, bia);
  files().fail_path("data.db", ErrorCode::no_space);
  ASSERT_FALSE(node->erase("ana@example.com"));
  files().fail_path("", ErrorCode::io);
  ASSERT_TRUE(node->is_in_ledger(gone.subject));
  ASSERT_TRUE(node->read_masked(gone)) << "they are not there: this shows nothing";
  EXPECT_EQ(node->find("ana@example.com").error().code(), ErrorCode::not_found);
  EXPECT_EQ(node->find_id(gone.record.text()).error().code(), ErrorCode::not_found);
  EXPECT_TRUE(node->find("bia@example.com"));
}

// The n-th disk call of an erasure fails, and the operator asks again without a restart: whoever
// was begun is finished before the second answer.
TEST_F(EraserTest, AskedAgainItFinishesWhatWasBegun) {
  int finished = 0;
  for (std::uint64_t fault = 1; fault < 80; ++fault) {
    SCOPED_TRACE(fault);
    new_disk();
    auto node = start();
    const RecordKey gone = create(*node, ana);
    create(*node, bia);
    files().fail_call(files().calls() + fault, FaultSpan::once, ErrorCode::no_space);
    const bool told = node->erase("ana@example.com").has_value();
    files().fail_call(0, FaultSpan::once, ErrorCode::io);
    if (told) continue;
    if (!node->erase("ana@example.com")) continue;  // The store or the ledger wants a restart.
    ++finished;
    for (const ErasureEntry& erased : node->ledger().entries()) {
      EXPECT_EQ(erased.step, ErasureStep::done);
    }
    for (const std::string path : {"./data.db", "./data.db-wal"}) {
      const Bytes content = files().content(path);
      EXPECT_EQ(as_text(content).find(as_text(gone.subject.bytes())), std::string_view::npos);
    }
  }
  EXPECT_GT(finished, 5);
}

}  // namespace
}  // namespace velum
