#include "keys/erasure_ledger.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <thread>

#include "io/sim_file.h"
#include "io/sim_random.h"

namespace velum {
namespace {

constexpr AccountId store{7};
constexpr std::size_t title_bytes = 16;
const std::string path = "./k.ledger";
const std::string head_path = "./k.ledger-head";
const std::string second_path = "./second";

Token token_of(std::uint8_t byte) {
  Uuid::Raw raw{};
  raw.fill(byte);
  return Token(Uuid(raw));
}
ErasureEntry entry_of(std::uint8_t byte, ErasureStep step = ErasureStep::begin) {
  return {store, token_of(byte), Instant(Ticks(byte)), step};
}

bool has(const ErasureLedger& ledger, AccountId account, Token token) {
  const std::vector<ErasureEntry> entries = ledger.entries();
  return std::any_of(entries.begin(), entries.end(), [&](const ErasureEntry& entry) {
    return entry.account == account && entry.token == token;
  });
}

class LedgerTest : public testing::Test {
 protected:
  LedgerTest() {
    SeededRandom(1).fill(seed_.mutable_bytes());
    EXPECT_TRUE(ErasureLedger::create(files_, {"./k", {}}, seed_));
  }
  auto open(std::string second = {}) {
    return ErasureLedger::open(files_, {"./k", std::move(second)}, seed_);
  }
  // Three begun, the second of them done.
  void fill(const std::string& second = {}) {
    const auto ledger = open(second);
    ASSERT_TRUE(ledger);
    for (const ErasureEntry& entry :
         {entry_of(1), entry_of(2), entry_of(2, ErasureStep::done), entry_of(3)}) {
      ASSERT_TRUE((*ledger)->append(entry));
    }
  }
  void put(const std::string& to, ByteView bytes) {
    ASSERT_TRUE(replace_file(files_, to, bytes, FileAccess::owner));
  }
  ErrorCode refusal(const std::string& second = {}) {
    const auto ledger = open(second);
    EXPECT_FALSE(ledger);
    return ledger ? ErrorCode::cancelled : ledger.error().code();
  }

  SimFileSystem files_;
  Key256 seed_;
};

TEST_F(LedgerTest, KeepsWhatWasAppended) {
  fill();
  const auto ledger = *open();
  for (const std::uint8_t byte : {1, 2, 3}) EXPECT_TRUE(has(*ledger, store, token_of(byte)));
  EXPECT_FALSE(has(*ledger, store, token_of(4)));
  EXPECT_FALSE(has(*ledger, AccountId{8}, token_of(1)));
  const auto second_done = entry_of(2, ErasureStep::done);
  EXPECT_EQ(ledger->entries(), (std::vector{entry_of(1), second_done, entry_of(3)}));
  ASSERT_TRUE(ledger->append(entry_of(1, ErasureStep::done)));
  EXPECT_EQ(ledger->entries().front(), entry_of(1, ErasureStep::done));
  EXPECT_TRUE(has(*ledger, store, token_of(1)));
}

TEST_F(LedgerTest, KnowsWhichErasuresAreUnderWay) {
  fill();
  const auto ledger = *open();
  const auto is_under_way = [&ledger](std::uint8_t byte) {
    return ledger->is_under_way(store, token_of(byte));
  };
  EXPECT_TRUE(is_under_way(1) && is_under_way(3));
  EXPECT_FALSE(is_under_way(2) || is_under_way(4));
  EXPECT_FALSE(ledger->is_under_way(AccountId{8}, token_of(1)));
  ASSERT_TRUE(ledger->append(entry_of(1, ErasureStep::done)));
  ASSERT_TRUE(ledger->append(entry_of(1)));  // Again, for a copy that was brought back.
  EXPECT_TRUE(is_under_way(1) && is_under_way(3));
  for (const std::uint8_t byte : {1, 3}) {
    ASSERT_TRUE(ledger->append(entry_of(byte, ErasureStep::done)));
    EXPECT_FALSE(is_under_way(byte));
  }
}

TEST_F(LedgerTest, BelongsToOneProcess) {
  const auto ledger = *open();
  EXPECT_EQ(refusal(), ErrorCode::locked);
}

TEST_F(LedgerTest, AnswersWhileItAppends) {
  const auto ledger = *open();
  std::thread reader([&ledger] {
    while (!has(*ledger, store, token_of(50))) static_cast<void>(ledger->entries());
  });
  for (std::uint8_t byte = 1; byte <= 50; ++byte) EXPECT_TRUE(ledger->append(entry_of(byte)));
  reader.join();
  EXPECT_EQ(ledger->entries().size(), 50U);
}

TEST_F(LedgerTest, IsMadeOnce) {
  fill();
  EXPECT_EQ(ErasureLedger::create(files_, {"./k", {}}, seed_).error().code(),
            ErrorCode::already_exists);
}

TEST_F(LedgerTest, AnyChangedBitIsNoticed) {
  fill();
  for (const std::string& file : {path, head_path}) {
    const Bytes good = files_.content(file);
    for (std::size_t at = 0; at < good.size(); ++at) {
      Bytes bad = good;
      bad[at] = static_cast<std::uint8_t>(bad[at] ^ 1U << at % 8);
      put(file, bad);
      EXPECT_EQ(refusal(), ErrorCode::corrupt) << file << at;
    }
    put(file, good);
  }
  EXPECT_TRUE(open());
  SeededRandom(2).fill(seed_.mutable_bytes());
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(LedgerTest, EntriesCannotBeMovedRemovedOrRepeated) {
  fill();
  const Bytes good = files_.content(path);
  const auto entry = [&good](std::ptrdiff_t index) {
    return good.begin() + title_bytes + index * static_cast<std::ptrdiff_t>(ledger_entry_bytes);
  };
  Bytes swapped = good;
  std::swap_ranges(swapped.begin() + title_bytes, swapped.begin() + title_bytes + 93,
                   swapped.begin() + title_bytes + 93);
  put(path, swapped);
  EXPECT_EQ(refusal(), ErrorCode::corrupt);

  Bytes removed(good.begin(), entry(1));
  removed.insert(removed.end(), entry(2), good.end());
  put(path, removed);
  EXPECT_EQ(refusal(), ErrorCode::sealed);  // One fewer than the head says.
  removed.insert(removed.end(), entry(3), good.end());
  put(path, removed);
  EXPECT_EQ(refusal(), ErrorCode::corrupt);

  Bytes repeated = good;
  repeated.insert(repeated.end(), entry(0), entry(2));
  put(path, repeated);
  EXPECT_EQ(refusal(), ErrorCode::corrupt);
}

TEST_F(LedgerTest, AnOlderCopyIsRefused) {
  const Bytes empty = files_.content(path);
  const Bytes empty_head = files_.content(head_path);
  fill();
  const Bytes good = files_.content(path);
  const Bytes good_head = files_.content(head_path);
  for (std::size_t size = 0; size < good.size(); ++size) {
    put(path, ByteView(good).first(size));
    const bool cut_title = size > 0 && size < title_bytes;
    EXPECT_EQ(refusal(), cut_title ? ErrorCode::corrupt : ErrorCode::sealed) << size;
  }
  ASSERT_TRUE(files_.remove(path));
  EXPECT_EQ(refusal(), ErrorCode::sealed);
  put(path, good);
  ASSERT_TRUE(files_.remove(head_path));
  EXPECT_EQ(refusal(), ErrorCode::sealed);
  // An older head is not an older ledger: every entry still counts.
  put(head_path, empty_head);
  ASSERT_TRUE(open());
  EXPECT_TRUE(has(**open(), store, token_of(3)));
  EXPECT_EQ(files_.content(head_path), good_head);
  // Both rolled back is what the second copy is for.
  ASSERT_TRUE(open(second_path));
  put(path, empty);
  put(head_path, empty_head);
  ASSERT_TRUE(open(second_path));
  EXPECT_EQ(files_.content(path), good);
}

TEST_F(LedgerTest, ATornEndIsCutOff) {
  fill();
  const Bytes good = files_.content(path);
  const Bytes next = encode_entry(seed_, {}, entry_of(9));
  for (std::size_t size = 1; size <= next.size(); ++size) {
    Bytes torn = good;
    append(torn, ByteView(next).first(size));
    put(path, torn);
    ASSERT_TRUE(open()) << size;
    EXPECT_EQ(files_.content(path), good);
  }
  EXPECT_FALSE(has(**open(), store, token_of(9)));
}

TEST_F(LedgerTest, ACopyThatIsBehindIsCompleted) {
  fill(second_path);
  const Bytes good = files_.content(path);
  EXPECT_EQ(files_.content(second_path), good);
  for (const std::string& file : {path, second_path}) {
    for (const std::size_t size : {good.size() - 1, good.size() - 93, title_bytes}) {
      put(file, ByteView(good).first(size));
      ASSERT_TRUE(open(second_path)) << file << size;
      EXPECT_EQ(files_.content(file), good);
    }
    ASSERT_TRUE(files_.remove(file));
    ASSERT_TRUE(open(second_path)) << file;
    EXPECT_EQ(files_.content(file), good);
    Bytes bad = good;
    bad[title_bytes + 1] ^= 1;
    put(file, bad);
    EXPECT_EQ(refusal(second_path), ErrorCode::corrupt) << file;
    put(file, ByteView(bad).first(bad.size() - 93));  // Behind, and another's beginning.
    EXPECT_EQ(refusal(second_path), ErrorCode::corrupt) << file;
    put(file, good);
  }
}

// A file can have its new size before it has the bytes.
TEST_F(LedgerTest, AnEntryThatIsThereOnlyInSizeIsCompleted) {
  fill(second_path);
  const Bytes head_before = files_.content(head_path);
  ASSERT_TRUE((*open(second_path))->append(entry_of(4)));
  const Bytes good = files_.content(path);
  for (const std::string& file : {path, second_path}) {
    Bytes torn = good;
    std::fill(torn.end() - 93, torn.end(), std::uint8_t{0});
    put(file, torn);
    put(head_path, head_before);
    ASSERT_TRUE(open(second_path)) << file;
    EXPECT_EQ(files_.content(file), good) << file;
  }
}

TEST_F(LedgerTest, TwoLedgersOfOneKeyAreNotMixed) {
  const Bytes empty = files_.content(path);
  const Bytes empty_head = files_.content(head_path);
  fill(second_path);
  put(path, empty);
  put(head_path, empty_head);
  ASSERT_TRUE((*open())->append(entry_of(9)));
  EXPECT_EQ(refusal(second_path), ErrorCode::corrupt);
}

TEST_F(LedgerTest, AfterAFailureNothingIsAppendedUntilItIsOpenedAgain) {
  std::uint8_t byte = 5;
  for (const std::string part : {"/k.ledger", "/second", "/k.ledger-head"}) {
    {
      const auto ledger = *open(second_path);
      files_.fail_path(part, ErrorCode::no_space);
      EXPECT_EQ(ledger->append(entry_of(byte)).error().code(), ErrorCode::no_space) << part;
      files_.fail_path("", ErrorCode::io);
      EXPECT_EQ(ledger->append(entry_of(byte)).error().code(), ErrorCode::storage_unavailable);
      EXPECT_FALSE(has(*ledger, store, token_of(byte)));
      // The next start may find it begun: who is read and changed until then would be lost.
      EXPECT_TRUE(ledger->is_under_way(store, token_of(byte)));
      EXPECT_FALSE(ledger->is_under_way(store, token_of(99)));
    }
    EXPECT_TRUE(open(second_path));
    ++byte;
  }
}

TEST(LedgerCrash, WhatWasAcknowledgedIsThereAfterACrashAtAnyCall) {
  for (std::uint64_t fault = 1; fault <= 30; ++fault) {
    for (std::uint64_t chance = 0; chance < 16; ++chance) {
      SimFileSystem files;
      SeededRandom random(chance);
      Key256 seed;
      random.fill(seed.mutable_bytes());
      const LedgerPlaces places{"./k", second_path};
      ASSERT_TRUE(ErasureLedger::create(files, places, seed));
      std::uint8_t acknowledged = 0;
      {
        files.fail_call(files.calls() + fault, FaultSpan::from_then_on, ErrorCode::io);
        const auto ledger = ErasureLedger::open(files, places, seed);
        while (ledger && acknowledged < 3) {
          if (!(*ledger)->append(entry_of(static_cast<std::uint8_t>(acknowledged + 1)))) break;
          ++acknowledged;
        }
        files.fail_call(0, FaultSpan::once, ErrorCode::io);
        files.crash(random);
      }
      const auto ledger = ErasureLedger::open(files, places, seed);
      ASSERT_TRUE(ledger) << fault << " " << chance << ledger.error().message();
      for (std::uint8_t byte = 1; byte <= acknowledged; ++byte) {
        EXPECT_TRUE(has(**ledger, store, token_of(byte)));
      }
      EXPECT_TRUE((*ledger)->append(entry_of(9)));
      EXPECT_EQ(files.content(path), files.content(second_path));
    }
  }
}

}  // namespace
}  // namespace velum
