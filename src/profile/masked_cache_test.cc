#include "profile/masked_cache.h"

#include <gtest/gtest.h>

#include <vector>

#include "io/sim_random.h"
#include "keys/root_keys.h"

namespace velum {
namespace {

constexpr Instant start{std::chrono::hours(480'000)};
constexpr ChangeStamp first{1};
constexpr ChangeStamp second{2};

// Rows as a store gives them, sealed by a real vault.
class MaskedCacheTest : public testing::Test {
 protected:
  MaskedCacheTest() {
    for (Key256* key : {&roots_.masked, &roots_.ledger_seed}) random_.fill(key->mutable_bytes());
    roots_.full.emplace();
    random_.fill(roots_.full->mutable_bytes());
    roots_.current_epoch = 1;
    roots_.epochs.emplace(1, EpochKeys{Key256(), Key256()});
    const Vault::Account account{AccountId{7}, "us"};
    vault_ =
        *Vault::open(roots_, account, *Vault::make_store_keys(roots_, account, random_), random_);
  }
  MaskedCache::Kept sealed(std::string_view text,
                           std::optional<Instant> expires_at = std::nullopt) {
    RecordRow row;
    row.key = {AccountId{7}, Token::random(random_), {}};
    row.key.record = RecordId(row.key.subject.uuid());
    row.head.expires_at = expires_at;
    const Place place = place_of(row);
    const WrappedRecordKeys keys = *vault_->make_record_keys(place);
    row.version.masked = (*vault_->seal(keys, place, "", text)).masked;
    auto opener = vault_->masked_opener(keys.masked_wrap(), place, row.version.masked);
    return {std::move(row), *std::move(opener)};
  }
  static Place place_of(const RecordRow& row) {
    Place place;
    place.entity = EntityId::profile;
    place.token = row.key.subject;
    place.record = row.key.record;
    return place;
  }
  std::string text_of(const MaskedCache::Kept& kept) {
    const auto text = vault_->open_masked(kept.opener, place_of(kept.row), kept.row.version.masked);
    return text ? std::string(text->text()) : "(does not open)";
  }

  SeededRandom random_{1};
  RootKeys roots_;
  std::unique_ptr<const Vault> vault_;
};

TEST_F(MaskedCacheTest, KeepsWhatItWasGivenUntilItsStampChanges) {
  MaskedCache cache(1 << 20);
  MaskedCache::Kept kept = sealed("ana");
  const RecordKey key = kept.row.key;
  EXPECT_EQ(cache.find(key, first, start), nullptr);
  cache.keep(first, std::move(kept));
  ASSERT_NE(cache.find(key, first, start), nullptr);
  EXPECT_EQ(text_of(*cache.find(key, first, start)), "ana");
  EXPECT_EQ(cache.find(key, second, start), nullptr);
  EXPECT_EQ(cache.find(key, first, start), nullptr) << "what has changed was not forgotten";
  EXPECT_EQ(cache.statistics().size_bytes, 0U);
  EXPECT_EQ(cache.statistics().hits, 2U);
  EXPECT_EQ(cache.statistics().misses, 3U);
}

TEST_F(MaskedCacheTest, IsOneRecordsOfOneAccount) {
  MaskedCache cache(1 << 20);
  MaskedCache::Kept kept = sealed("ana");
  const RecordKey key = kept.row.key;
  for (const RecordKey& other : {RecordKey{AccountId{8}, key.subject, key.record},
                                 RecordKey{key.account, Token::random(random_), key.record}}) {
    MaskedCache::Kept again = sealed("ana");
    again.row.key = key;
    cache.keep(first, std::move(again));
    EXPECT_EQ(cache.find(other, first, start), nullptr);
  }
}

TEST_F(MaskedCacheTest, ShowsNothingThatHasExpired) {
  MaskedCache cache(1 << 20);
  MaskedCache::Kept kept = sealed("ana", start + Ticks(2));
  const RecordKey key = kept.row.key;
  cache.keep(first, std::move(kept));
  EXPECT_NE(cache.find(key, first, start + Ticks(1)), nullptr);
  EXPECT_EQ(cache.find(key, first, start + Ticks(2)), nullptr);
}

TEST_F(MaskedCacheTest, StaysInItsBoundAndForgetsTheLongestUnread) {
  constexpr std::size_t size_max_bytes = 20'000;
  MaskedCache cache(size_max_bytes);
  std::vector<RecordKey> keys;
  for (int count = 0; count < 100; ++count) {
    MaskedCache::Kept kept = sealed("somebody");
    keys.push_back(kept.row.key);
    cache.keep(first, std::move(kept));
    EXPECT_NE(cache.find(keys.front(), first, start), nullptr) << "it is read all the time";
    EXPECT_LE(cache.statistics().size_bytes, size_max_bytes);
  }
  EXPECT_GT(cache.statistics().size_bytes, size_max_bytes * 9 / 10);
  EXPECT_EQ(cache.find(keys[1], first, start), nullptr);
  EXPECT_NE(cache.find(keys.back(), first, start), nullptr);

  MaskedCache none(0);
  MaskedCache::Kept kept = sealed("ana");
  const RecordKey key = kept.row.key;
  none.keep(first, std::move(kept));
  EXPECT_EQ(none.find(key, first, start), nullptr);
}

}  // namespace
}  // namespace velum
