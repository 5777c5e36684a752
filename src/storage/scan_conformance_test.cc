// The suite goes on, with reading all that an account has of an entity.

#include <algorithm>
#include <set>

#include "storage/conformance.h"

namespace velum {

TEST_P(StoreConformance, AScanHasEachRecordOnceWhateverIsWrittenMeanwhile) {
  const Instant end = start + std::chrono::days(1);
  const auto make = [&](const RecordKey& key, EntityId entity,
                        std::optional<Instant> expires_at = std::nullopt) {
    EXPECT_TRUE(commit(creation_of_part(key, entity, start, expires_at)));
    return key;
  };
  std::set<RecordId> expected;
  for (int index = 0; index < 6; ++index) {
    const RecordKey root = make(new_key(), EntityId::profile);
    make(part_of(root), EntityId::contact);
    for (int count = 0; count < 2; ++count) {
      expected.insert(make(part_of(root), EntityId::address).record);
    }
    make(part_of(root), EntityId::address, end);
  }
  make(part_of(make(new_key(), EntityId::profile, end)), EntityId::address);
  make(part_of(make(new_key(elsewhere), EntityId::profile)), EntityId::address);

  ScanPage page{here, EntityId::address, std::nullopt, 3};
  std::vector<RecordId> seen;
  std::size_t pages = 0;
  do {
    const auto scanned = loop_.run_to_end(store_->scan(page, Rendition::masked, end));
    ASSERT_TRUE(scanned);
    for (const RecordRow& row : scanned->rows) {
      seen.push_back(row.key.record);
      EXPECT_EQ(row.subject.entity, EntityId::profile);
      EXPECT_EQ(as_text(row.version.masked), "masked");
      EXPECT_TRUE(row.version.full.empty() && row.keys.full.empty());
    }
    page.after = scanned->next;
    // The place that a page ends at is a place still.
    if (page.after) ASSERT_TRUE(write(DeleteRecord{*page.after}));
    ASSERT_LT(++pages, 10U);
  } while (page.after);
  // One that was made meanwhile may be there or not; here none was.
  std::ranges::sort(seen);
  EXPECT_TRUE(std::ranges::equal(seen, expected));
  EXPECT_GE(pages, 4U);

  const auto profiles =
      loop_.run_to_end(store_->scan({here, EntityId::profile, {}, 100}, Rendition::full, start));
  ASSERT_TRUE(profiles);
  EXPECT_EQ(profiles->rows.size(), 7U);
  EXPECT_FALSE(profiles->next);
  EXPECT_EQ(as_text(profiles->rows.front().version.full), "full");
  EXPECT_EQ(as_text(profiles->rows.front().keys.full), "wrap-p");
  EXPECT_TRUE(
      loop_.run_to_end(store_->scan({here, EntityId::prospect, {}, 9}, Rendition::full, start))
          ->rows.empty());
}

}  // namespace velum
