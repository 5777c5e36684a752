// The suite goes on, with a record's end: that it becomes another entity, expires, is hidden for
// it, and is shredded.

#include "storage/conformance.h"

namespace velum {
namespace {

using std::chrono::days;

constexpr Instant much_earlier = StoreConformance::start - days(3'650);

}  // namespace

TEST_P(StoreConformance, ChangesEntityAndKeepsWhatItWas) {
  const RecordKey key = new_key();
  const VersionId one = VersionId::random(random_);
  ASSERT_TRUE(commit(creation_of_part(key, EntityId::prospect, start)));
  const VersionId first = read(key)->version.version;
  const VersionRow version{one, PrincipalId(), start, 1, to_bytes("f"), to_bytes("m"), 1};
  ASSERT_TRUE(write(ReplaceVersion{key, first, version, std::nullopt},
                    ChangeEntity{key, EntityId::profile}));
  EXPECT_EQ(read(key)->head.entity, EntityId::profile);
  EXPECT_EQ(read(key)->version.entity, EntityId::profile);
  EXPECT_EQ(read(key, one)->version.entity, EntityId::profile);
  EXPECT_EQ(read(key, first)->version.entity, EntityId::prospect);
  EXPECT_EQ(read(key, first)->head.entity, EntityId::profile);
  EXPECT_EQ(read(key)->keys.made_as, EntityId::prospect);
  const auto listed = loop_.run_to_end(
      store_->prospects({here, std::nullopt, 10}, Rendition::masked, start + days(1)));
  EXPECT_TRUE(listed->empty());
  EXPECT_EQ(refusal(ChangeEntity{new_key(), EntityId::profile}), ErrorCode::not_found);
}

TEST_P(StoreConformance, FindsWhatHasExpiredTheOldestFirst) {
  std::vector<RecordKey> keys;
  for (int day = 5; day > 0; --day) {
    keys.insert(keys.begin(), new_key());
    ASSERT_TRUE(commit(creation(keys.front(), VersionId::random(random_), start + days(day))));
  }
  ASSERT_TRUE(commit(creation(new_key(), VersionId::random(random_))));
  ASSERT_TRUE(commit(creation(new_key(elsewhere), VersionId::random(random_), start)));
  const auto expired = [this](Instant now, std::uint32_t limit = 10) {
    std::vector<Token> subjects;
    const auto records = loop_.run_to_end(store_->expired(here, now, limit));
    for (const ExpiredRecord& record : *records) {
      EXPECT_EQ(record.entity, EntityId::profile);
      subjects.push_back(record.key.subject);
    }
    return subjects;
  };
  const auto subject = [&keys](std::size_t index) { return keys[index].subject; };
  EXPECT_EQ(expired(start + days(1) - Ticks(1)), std::vector<Token>());
  EXPECT_EQ(expired(start + days(1)), std::vector{subject(0)});
  EXPECT_EQ(expired(start + days(3)), (std::vector{subject(0), subject(1), subject(2)}));
  EXPECT_EQ(expired(start + days(9), 2), (std::vector{subject(0), subject(1)}));
  ASSERT_TRUE(write(HideExpired{keys[0], start + days(9), Ticks(1)}));
  EXPECT_EQ(expired(start + days(2)), std::vector{subject(1)});
}

TEST_P(StoreConformance, WhatWasHiddenStaysSoWhereverTheClockGoes) {
  const RecordKey key = new_key();
  const RecordKey part = part_of(key);
  const Instant end = start + days(1);
  ASSERT_TRUE(commit(creation(key, VersionId::random(random_), end)));
  ASSERT_TRUE(commit(creation_of_part(part, EntityId::address, start)));
  ASSERT_TRUE(write(HideExpired{key, end - Ticks(1), Ticks(7)}, HideExpired{part, end, Ticks(7)}));
  EXPECT_TRUE(read(key)) << "it has not expired";
  EXPECT_TRUE(read(part)) << "it never expires";
  const auto swept = [this](Ticks running) {
    return loop_.run_to_end(store_->swept(here, running, 10));
  };
  EXPECT_TRUE(swept(Ticks(100))->empty());

  ASSERT_TRUE(write(HideExpired{key, end, Ticks(7)}));
  for (const Instant now : {start, much_earlier, end}) {
    EXPECT_FALSE(read(key, std::nullopt, Rendition::masked, now));
    EXPECT_FALSE(read(part, std::nullopt, Rendition::masked, now));
    EXPECT_FALSE(list(key, EntityId::address, now));
  }
  EXPECT_TRUE(read(key, std::nullopt, Rendition::masked, Instant::min())) << "for who erases";
  EXPECT_TRUE(swept(Ticks(6))->empty());
  ASSERT_EQ(swept(Ticks(7))->size(), 1U);
  EXPECT_EQ(swept(Ticks(7))->front().key.subject, key.subject);
  EXPECT_EQ(swept(Ticks(7))->front().entity, EntityId::profile);
  // Twice is once: the first time counts.
  ASSERT_TRUE(write(HideExpired{key, end, Ticks(50)}));
  EXPECT_EQ(swept(Ticks(7))->size(), 1U);
}

TEST_P(StoreConformance, ShredsWhatWasHiddenAndNothingElse) {
  const RecordKey whole = new_key();
  const RecordKey its_part = part_of(whole);
  const RecordKey other = new_key();
  const RecordKey other_part = part_of(other);
  const Instant end = start + days(1);
  ASSERT_TRUE(commit(creation(whole, VersionId::random(random_), end)));
  ASSERT_TRUE(write(claim(whole, "d", LookupKind::unique, end)));
  ASSERT_TRUE(commit(creation_of_part(its_part, EntityId::address, start)));
  ASSERT_TRUE(commit(creation(other, VersionId::random(random_))));
  ASSERT_TRUE(commit(creation_of_part(other_part, EntityId::purchase_info, start, end)));
  const auto is_there = [this](const RecordKey& key) {
    return read(key, std::nullopt, Rendition::masked, Instant::min()).has_value();
  };
  for (const RecordKey& key : {whole, its_part, other, other_part}) {
    ASSERT_TRUE(write(ShredHidden{key}));
    EXPECT_TRUE(is_there(key)) << "it was not hidden";
  }
  ASSERT_TRUE(write(HideExpired{whole, end, Ticks(1)}, HideExpired{other_part, end, Ticks(1)}));
  ASSERT_TRUE(write(ShredHidden{whole}, ShredHidden{other_part}));
  EXPECT_FALSE(is_there(whole));
  EXPECT_FALSE(is_there(its_part));
  EXPECT_FALSE(is_there(other_part));
  EXPECT_TRUE(is_there(other));
  EXPECT_TRUE(find("d", Instant::min()).empty());
  EXPECT_TRUE(loop_.run_to_end(store_->swept(here, Ticks(9), 10))->empty());

  // What was hidden takes no change that would bring it back.
  const RecordKey late = new_key();
  const VersionId first = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(late, first, end)));
  ASSERT_TRUE(write(HideExpired{late, end, Ticks(1)}));
  const VersionRow next{
      VersionId::random(random_), PrincipalId(), start, 1, to_bytes("f"), to_bytes("m"), 1};
  EXPECT_EQ(refusal(ReplaceVersion{late, first, next, std::nullopt}), ErrorCode::version_mismatch);
  EXPECT_FALSE(read(late));

  // One that is made again in the same place is another one.
  ASSERT_TRUE(commit(creation_of_part(other_part, EntityId::purchase_info, start, end)));
  ASSERT_TRUE(write(HideExpired{other_part, end, Ticks(1)}));
  ASSERT_TRUE(write(DropExpired{other_part, start}));
  ASSERT_TRUE(commit(creation_of_part(other_part, EntityId::purchase_info, start)));
  ASSERT_TRUE(write(ShredHidden{other_part}));
  EXPECT_TRUE(is_there(other_part));
}

TEST_P(StoreConformance, WhatWasHiddenTooEarlyIsShownAgain) {
  const RecordKey early = new_key();
  const RecordKey late = new_key();
  ASSERT_TRUE(commit(creation(early, VersionId::random(random_), start + days(1))));
  ASSERT_TRUE(commit(creation(late, VersionId::random(random_), start + days(5))));
  const Instant wrong = start + days(3'000);
  ASSERT_TRUE(write(HideExpired{early, wrong, Ticks(1)}, HideExpired{late, wrong, Ticks(1)}));
  ASSERT_TRUE(write(ShowHidden{elsewhere, start}));
  EXPECT_FALSE(read(late));
  ASSERT_TRUE(write(ShowHidden{here, start + days(1)}));
  EXPECT_FALSE(read(early)) << "it has expired";
  ASSERT_TRUE(read(late));
  EXPECT_EQ(read(late)->head.expires_at, start + days(5));
  const auto swept = loop_.run_to_end(store_->swept(here, Ticks(1), 10));
  ASSERT_EQ(swept->size(), 1U);
  EXPECT_EQ(swept->front().key.subject, early.subject);
  ASSERT_TRUE(write(ShredHidden{late}));
  EXPECT_TRUE(read(late));
}

TEST_P(StoreConformance, RemembersTheClock) {
  EXPECT_FALSE(loop_.run_to_end(store_->clock())->has_value());
  for (int day = 1; day < 3; ++day) {
    ASSERT_TRUE(write(SaveClock{{start + days(day), Ticks(day)}}));
    reopen();
    const auto state = *loop_.run_to_end(store_->clock());
    ASSERT_TRUE(state);
    EXPECT_EQ(state->wall, start + days(day));
    EXPECT_EQ(state->running, Ticks(day));
  }
}

}  // namespace velum
