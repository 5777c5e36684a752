// A log that gives up its oldest entries: what is left verifies, what is gone was announced, and
// nothing else may be missing. test/system/audit_retention.py does it with a server and
// tools/verify.

#include "audit/pruning.h"

#include <gtest/gtest.h>

#include "audit/audit_log.h"
#include "audit/bundle_filter.h"
#include "audit/log_pruner.h"
#include "audit/log_reader.h"
#include "audit/note.h"
#include "audit/tile_tree.h"
#include "audit/verify.h"
#include "io/event_loop.h"
#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum::pruning_test {
namespace {

using std::chrono::days;
using std::chrono::hours;

constexpr AccountId here{7};
constexpr std::uint64_t old_count = 3 * tile_width + 100;
constexpr std::uint64_t count = 5 * tile_width + 10;
constexpr std::uint64_t pruned_count = 3 * tile_width;  // The fourth bundle has new ones too.
const std::string tree_path = "./audit/loja";

// 868 entries from before, and 422 of today.
class PruningTest : public testing::Test {
 protected:
  PruningTest() {
    random_.fill(seed_.mutable_bytes());
    options_.checkpoint_interval = hours(1);            // Only when a test asks.
    options_.append_timeout = std::chrono::minutes(1);  // A busy machine is no broken disk.
    open();
    write(old_count);
    clock_.advance(days(60));
    write(count - old_count);
  }

  void open() {
    log_.reset();
    AuditAccount account{here, "loja", "us", ed25519_public_key(seed_),
                         [this](ByteView message) { return ed25519_sign(seed_, message); }};
    auto opened = AuditLog::open(files_, "./audit", {std::move(account)}, no_log_, options_);
    ASSERT_TRUE(opened) << opened.error().message();
    log_ = *std::move(opened);
    ASSERT_TRUE(log_->checkpoint_now());
  }
  void write(std::uint64_t entries_count) {
    std::vector<EncodedEntry> batch;
    for (; entries_count > 0; --entries_count) {
      AuditEntry entry;
      entry.id = EntryId::random(random_);
      entry.account = here;
      entry.time = clock_.now();
      entry.action = "GetProfileUnmasked";
      batch.push_back(encode(entry, "loja", "us"));
    }
    ASSERT_TRUE(loop_.run_to_end(log_->take_outbox(std::move(batch))));
    ASSERT_TRUE(log_->checkpoint_now());
  }
  bool prune(days kept = days(30)) {
    TrustedClock clock(clock_);
    clock.resume({clock_.now(), running_}, ClockTrust::what_was_saved);
    LogPruner pruner({loop_, *log_, clock, random_, no_log_}, {here}, kept);
    return loop_.run_to_end(pruner.prune()).has_value() && log_->checkpoint_now().has_value();
  }
  Result<VerifiedLog> verified() {
    TRY_ASSIGN(const std::vector<VerifiedLog> logs, verify_audit(files_, "./audit", {}));
    return logs.front();
  }
  bool has_bundle(std::uint64_t index) {
    return *files_.exists(tree_path + "/" + tile_path("entries", index, tile_width));
  }
  std::size_t found() {
    AuditSearch search;
    search.limit = 100;
    for (std::size_t sum = 0;;) {
      const auto page = log_->search(here, search);
      EXPECT_TRUE(page);
      sum += page->entries.size();
      if (!page->next) return sum;
      search.before = page->next;
    }
  }
  std::size_t read() {
    std::size_t sum = 0;
    const auto each = [&sum](std::string_view) -> Result<void> {
      ++sum;
      return {};
    };
    EXPECT_TRUE(read_audit(files_, "./audit", each));
    return sum;
  }
  void remove_bundle(std::uint64_t index) {
    ASSERT_TRUE(files_.remove(tree_path + "/" + tile_path("entries", index, tile_width)));
  }
  void say_pruned(std::string_view text) {
    ASSERT_TRUE(
        replace_file(files_, tree_path + "/pruned", as_bytes(text), FileAccess::everyone_read));
  }

  SimFileSystem files_;
  SimClock clock_;
  SeededRandom random_{1};
  NoLog no_log_;
  Key256 seed_;
  EventLoop loop_;
  AuditOptions options_;
  Ticks running_ = days(100);
  std::unique_ptr<AuditLog> log_;
};

TEST_F(PruningTest, WholeBundlesGoThatAreOldAndTheirHashesStay) {
  const auto before = verified();
  ASSERT_TRUE(before);
  ASSERT_TRUE(prune());
  for (std::uint64_t bundle = 0; bundle < 5; ++bundle) EXPECT_EQ(has_bundle(bundle), bundle >= 3);
  const auto after = verified();
  ASSERT_TRUE(after) << after.error().message();
  EXPECT_EQ(after->pruned, pruned_count);
  EXPECT_EQ(after->tree_size, count + 1);  // It says so itself.
  EXPECT_EQ(found(), after->tree_size - pruned_count);
  EXPECT_EQ(read(), after->tree_size - pruned_count);
}

TEST_F(PruningTest, NothingIsPrunedThatIsKept) {
  ASSERT_TRUE(prune(days(61)));
  EXPECT_EQ(verified()->pruned, 0U);
  EXPECT_EQ(verified()->tree_size, count);
  ASSERT_TRUE(prune());
  ASSERT_TRUE(prune());  // Nothing more is old, and nothing more is said.
  EXPECT_EQ(verified()->tree_size, count + 1);
}

TEST_F(PruningTest, ProofsOfWhatIsGoneGoOn) {
  const auto prove = [](std::uint64_t number) {
    return [number](SignedTree& tree) { return tree.inclusion_proof(number); };
  };
  ASSERT_TRUE(prune());
  EXPECT_TRUE(log_->read_signed(here, prove(0)));
  EXPECT_TRUE(log_->read_signed(here, prove(pruned_count)));
  const auto bundle = [](std::uint64_t index) {
    return [index](SignedTree& tree) { return tree.bundle(index, tile_width); };
  };
  const auto gone = log_->read_signed(here, bundle(0));
  ASSERT_FALSE(gone);
  EXPECT_EQ(gone.error().code(), ErrorCode::not_found);
  EXPECT_TRUE(log_->read_signed(here, bundle(3)));
}

TEST_F(PruningTest, AnOpenedLogKnowsAndMakesItsIndexAgain) {
  ASSERT_TRUE(prune());
  log_.reset();
  ASSERT_TRUE(files_.remove(tree_path + "/search-index"));
  open();
  EXPECT_EQ(log_->pruned(here), pruned_count);
  EXPECT_EQ(files_.content(tree_path + "/search-index").size(),
            count / tile_width * bundle_filter_bytes);
  EXPECT_EQ(found(), count + 1 - pruned_count);
  clock_.advance(days(60));
  write(tile_width);
  ASSERT_TRUE(prune());
  EXPECT_EQ(verified()->pruned, count / tile_width * tile_width);
  EXPECT_TRUE(verified());
}

// A cut that nobody announced, and one that says more than was announced.
TEST_F(PruningTest, WhatIsMissingOtherwiseIsTampering) {
  remove_bundle(0);
  EXPECT_FALSE(verified());
  say_pruned("256\n");
  EXPECT_FALSE(verified());
}

TEST_F(PruningTest, MoreIsMissingOrHiddenThanTheLogSays) {
  ASSERT_TRUE(prune());
  say_pruned("512\n");  // Less: it only finds nothing there.
  EXPECT_TRUE(verified());
  for (const std::string_view text :
       {"1024\n", "768", "768\n\n", "767\n", "0768\n", "-1\n", "", "x\n"}) {
    say_pruned(text);
    EXPECT_FALSE(verified()) << text;
  }
  say_pruned("768\n");
  EXPECT_TRUE(verified());
  remove_bundle(3);
  EXPECT_FALSE(verified());
}

// By whoever can write the files and has no key: an entry that no checkpoint covers.
TEST_F(PruningTest, OnlyASignedEntrySaysSo) {
  const Bytes checkpoint = files_.content(tree_path + "/checkpoint");
  ASSERT_TRUE(prune());
  EXPECT_TRUE(verified());
  ASSERT_TRUE(
      replace_file(files_, tree_path + "/checkpoint", checkpoint, FileAccess::everyone_read));
  EXPECT_FALSE(verified());
}

TEST_F(PruningTest, ATileOfWhatIsGoneMustFitTheRoot) {
  ASSERT_TRUE(prune());
  const std::string path = tree_path + "/" + tile_path("0", 1, tile_width);
  Bytes tile = files_.content(path);
  tile[5] ^= 1U;
  ASSERT_TRUE(replace_file(files_, path, tile, FileAccess::everyone_read));
  EXPECT_FALSE(verified());
}

TEST_F(PruningTest, ABundleThatRottedIsNotRemoved) {
  const std::string path = tree_path + "/" + tile_path("entries", 1, tile_width);
  Bytes bundle = files_.content(path);
  bundle[50] ^= 1U;
  ASSERT_TRUE(replace_file(files_, path, bundle, FileAccess::everyone_read));
  EXPECT_FALSE(prune());
  ASSERT_TRUE(log_->checkpoint_now());
  EXPECT_FALSE(has_bundle(0));  // What is before it goes.
  EXPECT_TRUE(has_bundle(1));
}

// By a clock that was years behind when they were made, entries look old that are not.
TEST_F(PruningTest, NothingIsOlderThanTheStoreHasRun) {
  running_ = days(29);
  ASSERT_TRUE(prune());
  EXPECT_EQ(verified()->pruned, 0U);
}

TEST_F(PruningTest, WhatCouldNotBeRemovedGoesLater) {
  files_.fail_path("entries/001", ErrorCode::io);
  EXPECT_TRUE(prune());
  EXPECT_TRUE(has_bundle(1));
  EXPECT_TRUE(verified());
  EXPECT_EQ(found(), count + 1 - pruned_count);
  files_.fail_path("", ErrorCode::io);
  ASSERT_TRUE(log_->checkpoint_now());
  EXPECT_FALSE(has_bundle(1));
}

TEST_F(PruningTest, WhatACrashHasLeftGoesAtTheNextStart) {
  const std::string path = tree_path + "/" + tile_path("entries", 1, tile_width);
  const Bytes bundle = files_.content(path);
  ASSERT_TRUE(prune());
  ASSERT_TRUE(replace_file(files_, path, bundle, FileAccess::everyone_read));
  open();
  EXPECT_FALSE(has_bundle(1));
}

// A clock that leaps takes nothing away.
TEST_F(PruningTest, ClocksThatDisagreeRemoveNothing) {
  TrustedClock clock(clock_);
  LogPruner pruner({loop_, *log_, clock, random_, no_log_}, {here}, days(3000));
  clock_.jump_wall(days(4000));
  ASSERT_TRUE(loop_.run_to_end(pruner.prune()));
  ASSERT_TRUE(log_->checkpoint_now());
  EXPECT_EQ(verified()->pruned, 0U);
}

TEST(PrunedBy, IsSaidByOneKindOfEntryAlone) {
  const struct {
    std::string_view entry;
    std::uint64_t number;
    std::uint64_t pruned;
  } cases[] = {
      {R"({"action":"PruneAuditLog","count":512,"number":900,"outcome":"done"})", 900, 512},
      {R"({"action":"PruneAuditLog","count":1024,"number":900,"outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog","count":500,"number":900,"outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog","count":512,"number":900,"outcome":"failed"})", 900, 0},
      {R"({"action":"PruneAuditLogs","count":512,"number":900,"outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog","number":900,"outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog","actor":{"count":512},"outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog","count":"512","outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog\u0001","count":512,"outcome":"done"})", 900, 0},
      {R"({"action":"PruneAuditLog","count":99999999999999999999,"outcome":"done"})", 900, 0},
      {"", 0, 0},
  };
  for (const auto& one : cases)
    EXPECT_EQ(pruned_by(one.entry, one.number), one.pruned) << one.entry;
}

}  // namespace
}  // namespace velum::pruning_test
