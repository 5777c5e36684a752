// What every store promises of its change stamps: part of the suite for stores.

#include <atomic>
#include <thread>

#include "storage/conformance.h"

namespace velum {
namespace {

TEST_P(StoreConformance, EachKindOfWriteChangesTheStampOfItsSubject) {
  const RecordKey key = new_key();
  const VersionId one = VersionId::random(random_);
  const VersionId two = VersionId::random(random_);
  ChangeStamp stamp = store_->change_stamp(here, key.subject);
  const auto changed = [&] {
    return std::exchange(stamp, store_->change_stamp(here, key.subject)) != stamp;
  };
  EXPECT_TRUE(commit(creation(key, one)) && changed());
  EXPECT_TRUE(write(claim(key, "a")) && changed());
  const VersionRow next{two, {}, start, 1, to_bytes("f"), to_bytes("m")};
  EXPECT_TRUE(write(ReplaceVersion{key, one, next, std::nullopt}) && changed());
  EXPECT_TRUE(write(ReleaseLookup{key, email, to_bytes("a")}) && changed());
  EXPECT_TRUE(write(DropExpired{key, start}) && changed());
  EXPECT_TRUE(write(DeleteRecord{key}) && changed());
  EXPECT_TRUE(commit(creation(key, one)) && changed());
  EXPECT_TRUE(write(DeleteSubject{here, key.subject}) && changed());
}

// What was read behind a stamp is still true while the stamp is the same: here each write is
// answered, and a reader on another thread then finds its stamp changed or its row new enough.
TEST_P(StoreConformance, NoStampStaysBehindAnAnsweredWrite) {
  constexpr std::uint32_t writes = 300;
  const RecordKey key = new_key();
  VersionId current = VersionId::random(random_);
  WriteBatch batch = creation(key, current);
  std::get<InsertRecord>(batch.front()).row.version.schema_revision = 0;
  ASSERT_TRUE(commit(std::move(batch)));
  std::atomic<std::uint32_t> answered{0};
  std::thread reader([&] {
    EventLoop& loop = others_[0];
    const auto store = database_->make_store(loop);
    while (answered < writes) {
      const ChangeStamp stamp = store->change_stamp(here, key.subject);
      const auto row = loop.run_to_end(store->read(key, std::nullopt, Rendition::masked, start));
      ASSERT_TRUE(row);
      for (int look = 0; look < 20; ++look) {
        const std::uint32_t must_be_seen = answered;
        if (store->change_stamp(here, key.subject) != stamp) break;
        EXPECT_GE(row->version.schema_revision, must_be_seen);
      }
    }
  });
  for (std::uint32_t index = 1; index <= writes; ++index) {
    const VersionId before = std::exchange(current, VersionId::random(random_));
    const VersionRow row{current, PrincipalId(), start, index, to_bytes("f"), to_bytes("m")};
    ASSERT_TRUE(write(ReplaceVersion{key, before, row, std::nullopt}));
    answered = index;
  }
  reader.join();
}

}  // namespace
}  // namespace velum
