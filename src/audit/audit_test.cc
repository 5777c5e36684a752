// The audit log over the simulated disk: what is acknowledged is durable, what is edited is
// noticed, and nothing is disclosed while it cannot be written.

#include <gtest/gtest.h>

#include <type_traits>

#include "audit/audit_log.h"
#include "audit/journal.h"
#include "audit/log_reader.h"
#include "audit/note.h"
#include "audit/tile_tree.h"
#include "audit/verify.h"
#include "io/event_loop.h"
#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

static_assert(!std::is_default_constructible_v<UnmaskPermit>);
static_assert(!std::is_copy_constructible_v<UnmaskPermit>);

constexpr AccountId here{7};

class AuditTest : public testing::Test {
 protected:
  AuditTest() {
    random_.fill(seed_.mutable_bytes());
    options_.segment_size_bytes = 1 << 16;
    options_.append_timeout = std::chrono::minutes(1);  // A busy machine is no broken disk.
    options_.retry_pause = std::chrono::milliseconds(1);
    options_.checkpoint_interval = std::chrono::hours(1);  // Only when a test asks.
  }

  AuditAccount account() {
    return {here, "loja", "us", ed25519_public_key(seed_),
            [this](ByteView message) { return ed25519_sign(seed_, message); }};
  }
  Result<void> open() {
    log_.reset();
    auto opened = AuditLog::open(files_, "./audit", {account()}, no_log_, options_);
    if (!opened) return opened.error();
    log_ = *std::move(opened);
    return {};
  }
  AuditEntry entry(std::string action = "GetProfileUnmasked") {
    AuditEntry entry;
    entry.id = EntryId::random(random_);
    entry.account = here;
    entry.action = std::move(action);
    entry.record = RecordId::random(random_);
    entry.version = VersionId::random(random_);
    entry.envelope_hash = Sha256Digest{};
    return entry;
  }
  Result<void> record() { return loop_.run_to_end(log_->record(entry())); }
  Result<std::vector<VerifiedLog>> verify() {
    return verify_audit(files_, "./audit", std::nullopt);
  }
  std::uint64_t entries_there() {
    const auto logs = verify();
    if (!logs || logs->size() != 1) return UINT64_MAX;
    return logs->front().tree_size + logs->front().journal_only;
  }

  SimFileSystem files_;
  SeededRandom random_{1};
  NoLog no_log_;
  Key256 seed_;
  AuditOptions options_;
  EventLoop loop_;
  std::unique_ptr<AuditLog> log_;
};

TEST(AuditEntry, IsCanonicalJson) {
  AuditEntry entry;
  entry.account = here;
  entry.action = "GetProfileUnmasked";
  entry.actor_id = "i";
  entry.actor_name = "key \"one\"";
  entry.entity = EntityId::profile;
  entry.fields = {"*"};
  entry.reason_code = "given";
  entry.reason = {1, 2, 3};
  entry.rule = "role:owner";
  const EncodedEntry encoded = encode(entry, "loja", "us");
  const std::string none = Uuid().text();
  EXPECT_EQ(encoded.head + "7" + encoded.tail,
            R"({"account":"loja","action":"GetProfileUnmasked","actor":{"id":"i","kind":"app_key",)"
            R"("name":"key \"one\""},"entity":"profile","fields":["*"],"id":")" +
                none +
                R"(","number":7,"outcome":"done","reason":{"code":"given","sealed":"AQID"},)"
                R"("region":"us","rule":"role:owner","time":"1970-01-01T00:00:00.0000000+00:00"})");
  const auto unpacked = unpack(pack(encoded));
  ASSERT_TRUE(unpacked);
  EXPECT_EQ(unpacked->head, encoded.head);
  EXPECT_EQ(unpacked->tail, encoded.tail);
  const Bytes packed = pack(encoded);
  for (std::size_t size = 0; size < packed.size(); ++size) {
    EXPECT_FALSE(unpack(ByteView(packed).first(size))) << size;
  }
}

TEST(TilePath, IsThatOfTlogTiles) {
  EXPECT_EQ(tile_path("0", 0, 256), "tile/0/000");
  EXPECT_EQ(tile_path("0", 5, 3), "tile/0/005.p/3");
  EXPECT_EQ(tile_path("1", 1234067, 256), "tile/1/x001/x234/067");
  EXPECT_EQ(tile_path("entries", 1000, 1), "tile/entries/x001/000.p/1");
}

TEST_F(AuditTest, APermitComesAfterItsRecordIsDurable) {
  ASSERT_TRUE(open());
  const AuditEntry wanted = entry();
  const auto permit = loop_.run_to_end(log_->permit_unmask(wanted));
  ASSERT_TRUE(permit);
  EXPECT_EQ(permit->record(), *wanted.record);
  files_.crash_dropping_all();  // Before any checkpoint: the journal alone must have it.
  ASSERT_TRUE(open());
  log_.reset();
  EXPECT_EQ(entries_there(), 1U);
}

TEST_F(AuditTest, NoPermitWhileTheJournalCannotBeWritten) {
  ASSERT_TRUE(open());
  ASSERT_TRUE(record());
  files_.fail_path("journal", ErrorCode::no_space);
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto permit = loop_.run_to_end(log_->permit_unmask(entry()));
    ASSERT_FALSE(permit);
    EXPECT_EQ(permit.error().code(), ErrorCode::audit_unavailable);
  }
  EXPECT_FALSE(log_->statistics().available);
  files_.fail_path("", ErrorCode::io);
  const auto is_granted = [this] {
    return loop_.run_to_end(log_->permit_unmask(entry())).has_value();
  };
  bool granted = is_granted();
  for (int attempt = 0; attempt < 1000 && !granted; ++attempt) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));  // A new segment is tried soon.
    granted = is_granted();
  }
  EXPECT_TRUE(granted);
  EXPECT_TRUE(log_->statistics().available);
  log_.reset();
  EXPECT_EQ(entries_there(), 2U);
}

TEST_F(AuditTest, AHangingDiskIsAnsweredInTime) {
  options_.append_timeout = std::chrono::seconds(1);
  ASSERT_TRUE(open());
  ASSERT_TRUE(record());
  files_.hang_syncs("journal");
  EXPECT_EQ(loop_.run_to_end(log_->permit_unmask(entry())).error().code(),
            ErrorCode::audit_unavailable);
  files_.release_syncs();
  EXPECT_TRUE(loop_.run_to_end(log_->permit_unmask(entry())));
}

TEST_F(AuditTest, ADiskThatHangsDoesNotTakeTheMemory) {
  options_.waiting_entries_max = 2;
  options_.append_timeout = std::chrono::milliseconds(20);
  ASSERT_TRUE(open());
  const auto refusal = [this] { return std::string(record().error().message()); };
  files_.hang_syncs("journal");
  // The first is with the disk, two wait.
  for (int count = 0; count < 3; ++count) EXPECT_EQ(refusal(), "the audit log is late");
  for (int count = 0; count < 3; ++count) EXPECT_EQ(refusal(), "too much waits for the audit log");
  files_.release_syncs();
  log_.reset();
  EXPECT_EQ(entries_there(), 3U);
  ASSERT_TRUE(open());
  EXPECT_TRUE(record());
}

TEST_F(AuditTest, TheTreeGrowsThroughTilesAndRestarts) {
  ASSERT_TRUE(open());
  std::uint64_t count = 0;
  for (const std::uint64_t target : {1U, 255U, 256U, 257U, 600U}) {
    while (count < target) {
      ASSERT_TRUE(record());
      ++count;
    }
    ASSERT_TRUE(log_->checkpoint_now());
    const auto logs = verify();
    ASSERT_TRUE(logs) << target << logs.error().message() << logs.error().subject();
    EXPECT_EQ(logs->front().tree_size, target);
    ASSERT_TRUE(open());
  }
  EXPECT_TRUE(*files_.exists("./audit/loja/tile/0/001"));
  EXPECT_TRUE(*files_.exists("./audit/loja/tile/1/000.p/2"));
  EXPECT_TRUE(*files_.exists("./audit/loja/tile/entries/002.p/88"));
  EXPECT_TRUE(
      open_checkpoint(*log_->checkpoint(here), {"velum/us/loja", ed25519_public_key(seed_)}));
}

// Each is its own store's: what one's disk does is no matter of the other's readers.
TEST_F(AuditTest, ATreeThatCannotBeWrittenKeepsNoOtherFromItsReaders) {
  constexpr AccountId other{9};
  AuditAccount second = account();
  second.id = other;
  second.name = "outra";
  auto opened = AuditLog::open(files_, "./audit", {account(), second}, no_log_, options_);
  ASSERT_TRUE(opened);
  log_ = *std::move(opened);
  ASSERT_TRUE(record());
  ASSERT_TRUE(log_->checkpoint_now());
  files_.fail_path("audit/outra", ErrorCode::io);
  for (int round = 0; round < 5; ++round) {
    ASSERT_TRUE(record());
    AuditEntry theirs = entry();
    theirs.account = other;
    ASSERT_TRUE(loop_.run_to_end(log_->record(std::move(theirs))));
    EXPECT_FALSE(log_->checkpoint_now());
    const auto page = log_->search(here, {{}, std::nullopt, 100});
    ASSERT_TRUE(page) << round << page.error().message();
    EXPECT_EQ(page->entries.size(), static_cast<std::size_t>(round) + 2);
  }
  files_.fail_path("", ErrorCode::io);
  EXPECT_TRUE(log_->checkpoint_now());
  EXPECT_EQ(log_->search(other, {{}, std::nullopt, 100})->entries.size(), 5U);
  log_.reset();
  EXPECT_TRUE(verify());
}

TEST_F(AuditTest, AnEntryOfTheOutboxIsTakenOnceHoweverOftenItComes) {
  ASSERT_TRUE(open());
  const Bytes packed = log_->encode_for_outbox(entry("CreateProfile"));
  const auto take = [&] { return loop_.run_to_end(log_->take_outbox({*unpack(packed)})); };
  ASSERT_TRUE(take());
  ASSERT_TRUE(take());
  ASSERT_TRUE(open());  // The crash between the two, from the log's side.
  ASSERT_TRUE(take());
  log_.reset();
  EXPECT_EQ(entries_there(), 1U);
}

TEST_F(AuditTest, APageShowsTheNewestFirstFromJournalAndTreesAlike) {
  ASSERT_TRUE(open());
  constexpr std::uint64_t count = 700;
  for (std::uint64_t index = 0; index < count; ++index) {
    ASSERT_TRUE(loop_.run_to_end(log_->record(entry(index % 100 == 0 ? "Rare" : "Common"))));
    if (index == 300 || index == 600) ASSERT_TRUE(log_->checkpoint_now());
  }
  for (const bool committed : {false, true}) {
    if (committed) ASSERT_TRUE(log_->checkpoint_now());
    AuditSearch search;
    search.limit = 7;
    std::uint64_t expected = count;
    while (true) {
      const auto page = log_->search(here, search);
      ASSERT_TRUE(page) << page.error().message();
      for (const std::string& text : page->entries) {
        const std::string number = "\"number\":" + std::to_string(--expected) + ",";
        EXPECT_NE(text.find(number), std::string::npos) << text;
      }
      if (!page->next) break;
      EXPECT_EQ(*page->next, expected);
      search.before = page->next;
    }
    EXPECT_EQ(expected, 0U);
  }
  AuditSearch rare;
  rare.filter.actions = {"Rar"};
  EXPECT_EQ(log_->search(here, rare)->entries.size(), 7U);
  rare.filter.outcomes = {"refused"};
  EXPECT_TRUE(log_->search(here, rare)->entries.empty());
}

TEST_F(AuditTest, FiltersCompareMembersAndNotText) {
  AuditEntry subject = entry("GetProfileUnmasked");
  subject.actor_name = "a \"action\":\"PutSchema\" name";
  subject.actor_id = "me";
  subject.rule = "record";
  subject.token = Token::random(random_);
  const EncodedEntry encoded = encode(subject, "loja", "us");
  const std::string text = encoded.head + "1" + encoded.tail;
  const auto found = [&text](const AuditFilter& filter) {
    return AuditMatcher(filter).matches(text);
  };
  EXPECT_TRUE(found({}));
  EXPECT_TRUE(found({.actions = {"GetProfile"}}));
  EXPECT_FALSE(found({.actions = {"PutSchema"}}));
  EXPECT_FALSE(found({.actions = {"GetProfileUnmasked\""}}));
  EXPECT_TRUE(found({.actors = {"me"}}));
  EXPECT_FALSE(found({.actors = {"record"}}));
  EXPECT_TRUE(found({.ids = {subject.record->text()}}));
  EXPECT_TRUE(found({.ids = {subject.token->text()}}));
  EXPECT_FALSE(found({.ids = {subject.id.text()}}));  // The entry's own id is none of theirs.
  EXPECT_TRUE(found({.outcomes = {"done"}}));
  EXPECT_FALSE(found({.actions = {"GetProfile"}, .outcomes = {"refused"}}));
}

TEST_F(AuditTest, TheFilesAloneShowEveryEntryOnce) {
  ASSERT_TRUE(open());
  const auto numbers = [this] {
    std::vector<std::string> texts;
    const auto keep = [&texts](std::string_view text) -> Result<void> {
      texts.emplace_back(text);
      return {};
    };
    EXPECT_TRUE(read_audit(files_, "./audit", keep));
    for (std::size_t at = 0; at < texts.size(); ++at) {
      EXPECT_NE(texts[at].find("\"number\":" + std::to_string(at) + ","), std::string::npos);
    }
    return texts.size();
  };
  EXPECT_EQ(numbers(), 0U);
  for (std::size_t count = 1; count <= 520; ++count) {
    ASSERT_TRUE(record());
    if (count % 100 == 30) ASSERT_TRUE(log_->checkpoint_now());
    if (count % 52 == 0) EXPECT_EQ(numbers(), count);  // While the log is open.
  }
  log_.reset();
  EXPECT_EQ(numbers(), 520U);
}

TEST(Journal, SegmentsThatAServerRemovesMeanwhileAreLeftOut) {
  SimFileSystem files;
  ASSERT_TRUE(files.make_directory("./journal"));
  JournalEnd end;
  for (std::uint64_t number = 0; number < 4; ++number) {
    JournalWriter writer(files, "./journal", end, 1 << 12);
    ASSERT_TRUE(writer.append({{here, number, EntryId(), "entry"}}).result);
    end = *read_journal(files, "./journal",
                        [](const JournalFrame&, std::uint64_t) { return Result<void>(); });
  }
  std::vector<std::uint64_t> seen;
  const auto note = [&](const JournalFrame& frame, std::uint64_t) {
    seen.push_back(frame.number);
    // The one that is read next, and those before it, as a server does.
    for (std::uint64_t gone = 1; gone <= 3 && frame.number == 0; ++gone) {
      EXPECT_TRUE(files.remove(segment_path("./journal", gone)));
    }
    return Result<void>();
  };
  const auto read = read_journal(files, "./journal", note);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->chain, end.chain);
  EXPECT_EQ(seen, (std::vector<std::uint64_t>{0, 3}));
}

TEST_F(AuditTest, AnAppendThatWasGivenUpOnDoesNotDoubleItsEntries) {
  options_.append_timeout = std::chrono::seconds(1);
  ASSERT_TRUE(open());
  ASSERT_TRUE(record());
  const Bytes packed = log_->encode_for_outbox(entry("CreateProfile"));
  files_.hang_syncs("journal");
  const auto hanging = loop_.run_to_end(log_->record(entry()));  // Keeps the journal's thread.
  EXPECT_FALSE(hanging);
  for (int attempt = 0; attempt < 3; ++attempt) {
    EXPECT_FALSE(loop_.run_to_end(log_->take_outbox({*unpack(packed)})));
  }
  files_.release_syncs();
  ASSERT_TRUE(loop_.run_to_end(log_->take_outbox({*unpack(packed)})));
  log_.reset();
  EXPECT_EQ(entries_there(), 3U);
}

// Every kind of tampering: one byte of any file that counts.
TEST_F(AuditTest, VerifyNoticesAnyChangedByte) {
  ASSERT_TRUE(open());
  for (int count = 0; count < 5; ++count) ASSERT_TRUE(record());
  log_.reset();
  ASSERT_TRUE(verify());
  for (const std::string name :
       {"loja/checkpoint", "loja/key.pub", "loja/tile/0/000.p/5", "loja/tile/entries/000.p/5"}) {
    const std::string path = "./audit/" + name;
    const Bytes good = files_.content(path);
    ASSERT_FALSE(good.empty()) << path;
    for (std::size_t at = 0; at < good.size(); ++at) {
      Bytes bad = good;
      bad[at] = static_cast<std::uint8_t>(bad[at] ^ 1);
      ASSERT_TRUE(replace_file(files_, path, bad, FileAccess::owner));
      EXPECT_FALSE(verify()) << path << " " << at;
    }
    ASSERT_TRUE(replace_file(files_, path, good, FileAccess::owner));
  }
  EXPECT_TRUE(verify());
  const Key256 other;
  const std::string stranger = encode_verifier_key({"velum/us/loja", ed25519_public_key(other)});
  EXPECT_FALSE(verify_audit(files_, "./audit", stranger));
}

// The n-th disk call fails, once or for good, and then the power goes under the running log: what
// was acknowledged is there and verifies.
TEST_F(AuditTest, NoAcknowledgedEntryIsLostAtAnyFault) {
  constexpr int appends = 12;
  std::uint64_t calls = 0;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 0; fault == 0 || fault <= calls; ++fault) {
      SimFileSystem files;
      SeededRandom random(fault + 1);
      std::uint64_t acknowledged = 0;
      if (fault > 0) files.fail_call(fault, span, ErrorCode::io);
      auto opened = AuditLog::open(files, "./audit", {account()}, no_log_, options_);
      for (int index = 0; opened && index < appends; ++index) {
        if (loop_.run_to_end((*opened)->record(entry()))) {
          ++acknowledged;
        } else if (span == FaultSpan::from_then_on) {
          break;
        }
        if (index % 5 == 4) static_cast<void>((*opened)->checkpoint_now().has_value());
      }
      if (fault == 0) calls = files.calls();
      files.cut_power(random);
      if (opened) (*opened).reset();
      files.power_on();
      auto again = AuditLog::open(files, "./audit", {account()}, no_log_, options_);
      ASSERT_TRUE(again) << "fault " << fault << " " << again.error().message();
      (*again).reset();
      const auto logs = verify_audit(files, "./audit", std::nullopt);
      ASSERT_TRUE(logs) << "fault " << fault << " " << logs.error().message()
                        << logs.error().subject();
      EXPECT_GE(logs->front().tree_size + logs->front().journal_only, acknowledged) << fault;
      if (fault == 0) {
        EXPECT_EQ(acknowledged, static_cast<std::uint64_t>(appends));
      }
    }
  }
  EXPECT_GT(calls, 80U);
}

// A batch that spans segments fails half way, others are acknowledged, and then the power goes,
// before any tree has them: the numbers of the first half are taken, and the file that was begun is
// no obstacle.
TEST_F(AuditTest, WhatFollowsAnAppendThatFailedHalfWaySurvives) {
  options_.segment_size_bytes = 4096;
  int refused = 0;
  for (std::uint64_t fault = 1; fault < 30; ++fault) {
    SimFileSystem files;
    auto log = AuditLog::open(files, "./audit", {account()}, no_log_, options_);
    ASSERT_TRUE(log);
    ASSERT_TRUE(loop_.run_to_end((*log)->record(entry("First"))));
    std::vector<EncodedEntry> batch;
    for (int count = 0; count < 14; ++count) {
      batch.push_back(*unpack((*log)->encode_for_outbox(entry("Batch"))));
    }
    files.fail_call(files.calls() + fault, FaultSpan::once, ErrorCode::no_space);
    if (loop_.run_to_end((*log)->take_outbox(batch))) break;
    ++refused;
    files.fail_call(0, FaultSpan::once, ErrorCode::io);
    for (int count = 0; count < 5; ++count) {
      ASSERT_TRUE(loop_.run_to_end((*log)->record(entry("Acknowledged")))) << fault;
    }
    files.fail_call(files.calls() + 1, FaultSpan::from_then_on, ErrorCode::io);
    (*log).reset();
    files.crash_dropping_all();
    files.fail_call(0, FaultSpan::once, ErrorCode::io);
    auto again = AuditLog::open(files, "./audit", {account()}, no_log_, options_);
    ASSERT_TRUE(again) << fault << " " << again.error().message();
    ASSERT_TRUE(
        loop_.run_to_end((*again)->take_outbox(batch)));  // The outbox asks until it is told.
    (*again).reset();
    int acknowledged = 0, batched = 0;
    const auto count_them = [&](std::string_view text) -> Result<void> {
      acknowledged += text.find("\"Acknowledged\"") != text.npos;
      batched += text.find("\"Batch\"") != text.npos;
      return {};
    };
    ASSERT_TRUE(read_audit(files, "./audit", count_them));
    EXPECT_EQ(acknowledged, 5) << fault;
    EXPECT_EQ(batched, 14) << fault;
    EXPECT_TRUE(verify_audit(files, "./audit", std::nullopt)) << fault;
  }
  EXPECT_GT(refused, 5);
}

}  // namespace
}  // namespace velum
