// What every Store must do with idempotency keys. It runs where a store instantiates the suite.

#include "storage/conformance.h"

namespace velum {
namespace {

constexpr Instant kept_until = StoreConformance::start + std::chrono::hours(24);

ClaimIdempotencyKey claim_key(const RecordKey& made, PrincipalId principal, std::string_view key,
                              Instant now = StoreConformance::start) {
  const auto bytes = [](std::string_view text) {
    return Bytes(as_bytes(text).begin(), as_bytes(text).end());
  };
  const VersionId version(made.record.uuid());
  return {{principal, bytes(key), bytes("body"), made, version, now + std::chrono::hours(24)}, now};
}

}  // namespace

TEST_P(StoreConformance, AnIdempotencyKeyLeadsToWhatItMade) {
  const RecordKey made = new_key();
  const PrincipalId principal = PrincipalId::random(random_);
  const auto find_key = [&](AccountId account, PrincipalId who, std::string_view key, Instant now) {
    return loop_.run_to_end(store_->find_idempotency(account, who, to_bytes(key), now));
  };
  ASSERT_TRUE(write(claim_key(made, principal, "k")));
  for (int time = 0; time < 2; ++time) {
    const auto row = find_key(here, principal, "k", kept_until - Ticks(1));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->principal, principal);
    EXPECT_EQ(as_text(row->key_digest), "k");
    EXPECT_EQ(as_text(row->request_digest), "body");
    EXPECT_EQ(row->made.account, here);
    EXPECT_EQ(row->made.subject, made.subject);
    EXPECT_EQ(row->made.record, made.record);
    EXPECT_EQ(row->version, VersionId(made.record.uuid()));
    EXPECT_EQ(row->expires_at, kept_until);
    reopen();
  }
  const auto is_unknown = [&](AccountId account, PrincipalId who, std::string_view key,
                              Instant now) {
    const auto row = find_key(account, who, key, now);
    return !row && row.error().code() == ErrorCode::not_found;
  };
  EXPECT_TRUE(is_unknown(here, principal, "k", kept_until));
  EXPECT_TRUE(is_unknown(here, principal, "other", start));
  EXPECT_TRUE(is_unknown(here, PrincipalId::random(random_), "k", start));
  EXPECT_TRUE(is_unknown(elsewhere, principal, "k", start));
}

TEST_P(StoreConformance, AnIdempotencyKeyIsClaimedOnceUntilItExpires) {
  const PrincipalId principal = PrincipalId::random(random_);
  ASSERT_TRUE(write(claim_key(new_key(), principal, "k")));
  EXPECT_EQ(refusal(claim_key(new_key(), principal, "k", kept_until - Ticks(1))),
            ErrorCode::already_exists);
  ASSERT_TRUE(write(claim_key(new_key(), PrincipalId::random(random_), "k")));
  ASSERT_TRUE(write(claim_key(new_key(elsewhere), principal, "k")));
  const RecordKey later = new_key();
  ASSERT_TRUE(write(claim_key(later, principal, "k", kept_until)));
  const auto row = loop_.run_to_end(
      store_->find_idempotency(here, principal, to_bytes("k"), kept_until + Ticks(1)));
  ASSERT_TRUE(row);
  EXPECT_EQ(row->made.record, later.record);
}

TEST_P(StoreConformance, AnIdempotencyKeyGoesWithWhatItMade) {
  const PrincipalId principal = PrincipalId::random(random_);
  RecordKey root = new_key();
  RecordKey address = root;
  address.record = RecordId::random(random_);
  const RecordKey other = new_key();
  for (const RecordKey& key : {root, address, other}) {
    ASSERT_TRUE(commit(creation(key, VersionId(key.record.uuid()))));
    ASSERT_TRUE(write(claim_key(key, principal, key.record.text())));
  }
  const auto is_known = [&](const RecordKey& key) {
    return loop_
        .run_to_end(store_->find_idempotency(here, principal, to_bytes(key.record.text()), start))
        .has_value();
  };
  ASSERT_TRUE(write(DeleteRecord{address}));
  EXPECT_FALSE(is_known(address));
  EXPECT_TRUE(is_known(root));
  ASSERT_TRUE(write(DeleteSubject{here, root.subject}));
  EXPECT_FALSE(is_known(root));
  EXPECT_TRUE(is_known(other));
}

// A claim shows whether an expired row is still there: it needs no expiry to be taken.
TEST_P(StoreConformance, ASweepTakesWhatExpiredOfOneAccount) {
  const PrincipalId principal = PrincipalId::random(random_);
  ASSERT_TRUE(write(claim_key(new_key(), principal, "old"),
                    claim_key(new_key(), principal, "new", start + Ticks(1)),
                    claim_key(new_key(elsewhere), principal, "old")));
  ASSERT_TRUE(write(SweepIdempotencyKeys{here, kept_until, 0}));
  EXPECT_EQ(refusal(claim_key(new_key(), principal, "old")), ErrorCode::already_exists);
  ASSERT_TRUE(write(SweepIdempotencyKeys{here, kept_until, 9}));
  EXPECT_TRUE(write(claim_key(new_key(), principal, "old")));
  EXPECT_EQ(refusal(claim_key(new_key(), principal, "new")), ErrorCode::already_exists);
  EXPECT_EQ(refusal(claim_key(new_key(elsewhere), principal, "old")), ErrorCode::already_exists);
}

}  // namespace velum
