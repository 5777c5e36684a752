// The suite. It runs where a store instantiates it: see conformance.h.

#include "storage/conformance.h"

#include <atomic>
#include <string>
#include <thread>

namespace velum {

TEST_P(StoreConformance, ReadsWhatWasCommittedAlsoAfterReopening) {
  const RecordKey key = new_key();
  const VersionId version = VersionId::random(random_);
  const Instant end = start + std::chrono::days(1);
  ASSERT_TRUE(commit(creation(key, version, end)));
  for (int time = 0; time < 2; ++time) {
    const auto masked = read(key);
    ASSERT_TRUE(masked);
    EXPECT_EQ(masked->head.entity, EntityId::profile);
    EXPECT_EQ(masked->head.created_at, start);
    EXPECT_EQ(masked->head.expires_at, end);
    EXPECT_EQ(masked->version.version, version);
    EXPECT_EQ(masked->version.written_at, start);
    EXPECT_EQ(masked->version.schema_revision, 3U);
    EXPECT_EQ(masked->version.masked_revision, 4U);
    EXPECT_EQ(masked->version.entity, EntityId::profile);
    EXPECT_EQ(masked->keys.epoch, 5U);
    EXPECT_EQ(masked->keys.made_as, EntityId::prospect);
    EXPECT_EQ(as_text(masked->version.masked), "masked");
    EXPECT_EQ(as_text(masked->keys.masked), "wrap-m");
    // Of class P a masked read reads nothing.
    EXPECT_TRUE(masked->version.full.empty() && masked->keys.full.empty());
    const auto full = read(key, version, Rendition::full);
    ASSERT_TRUE(full);
    EXPECT_EQ(as_text(full->version.full), "full");
    EXPECT_EQ(as_text(full->keys.full), "wrap-p");
    EXPECT_EQ(as_text(full->keys.masked), "wrap-m");
    reopen();
  }
}

TEST_P(StoreConformance, WhatIsNotThereIsNotFound) {
  const RecordKey key = new_key();
  ASSERT_TRUE(commit(creation(key, VersionId::random(random_))));
  RecordKey other_record = key;
  other_record.record = RecordId::random(random_);
  RecordKey other_subject = key;
  other_subject.subject = Token::random(random_);
  RecordKey other_account = key;
  other_account.account = elsewhere;
  for (const RecordKey& wrong : {other_record, other_subject, other_account, new_key()}) {
    EXPECT_EQ(read(wrong).error().code(), ErrorCode::not_found);
  }
  EXPECT_EQ(read(key, VersionId::random(random_)).error().code(), ErrorCode::not_found);
}

TEST_P(StoreConformance, TheSameTwiceIsRefused) {
  const RecordKey key = new_key();
  const VersionId version = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(key, version)));
  for (const WriteOperation& operation : creation(key, version)) {
    WriteBatch batch{operation};
    EXPECT_EQ(commit(std::move(batch)).error().code(), ErrorCode::already_exists);
  }
  AccountRow account{here,          "loja",        "us",          "{}",
                     to_bytes("p"), to_bytes("m"), to_bytes("i"), to_bytes("s")};
  ASSERT_TRUE(write(InsertAccount{account}));
  EXPECT_EQ(refusal(InsertAccount{account}), ErrorCode::already_exists);
}

TEST_P(StoreConformance, ABatchIsAllOrNothingAndTakesNoOtherWithIt) {
  const RecordKey first = new_key();
  const RecordKey second = new_key();
  ASSERT_TRUE(write(claim(first, "a")));
  WriteBatch batch = creation(second, VersionId::random(random_));
  batch.emplace_back(claim(second, "b"));
  batch.emplace_back(InsertOutbox{{here, EntryId::random(random_), to_bytes("e")}});
  batch.emplace_back(claim(second, "a"));  // The last one fails.
  EXPECT_EQ(commit(std::move(batch)).error().code(), ErrorCode::conflict);
  EXPECT_FALSE(read(second));
  EXPECT_TRUE(find("b").empty());
  EXPECT_EQ(*loop_.run_to_end(store_->outbox_size()), 0U);
  EXPECT_TRUE(commit(creation(second, VersionId::random(random_))));
}

// Many at once, so that a store which commits in groups has some to spoil for others.
TEST_P(StoreConformance, WhatFailsInAGroupSpoilsNothing) {
  constexpr int count = 200;
  std::vector<RecordKey> keys;
  std::vector<std::optional<Result<void>>> results(count);
  const auto commit_one = [this, &results](int index, WriteBatch batch) -> Task<void> {
    results[static_cast<std::size_t>(index)] = co_await store_->commit(std::move(batch));
  };
  for (int index = 0; index < count; ++index) {
    keys.push_back(new_key());
    WriteBatch batch = creation(keys.back(), VersionId::random(random_));
    batch.emplace_back(claim(keys.back(), "of " + std::to_string(index / 2)));
    loop_.start(commit_one(index, std::move(batch)));
  }
  loop_.context().restart();
  loop_.run();
  for (int index = 0; index < count; ++index) {
    const auto& result = results[static_cast<std::size_t>(index)];
    const RecordKey& key = keys[static_cast<std::size_t>(index)];
    ASSERT_TRUE(result);
    // Applied in the order of the calls: the first of two gets the claim.
    EXPECT_EQ(result->has_value(), index % 2 == 0) << index;
    EXPECT_EQ(read(key).has_value(), index % 2 == 0) << index;
  }
}

TEST_P(StoreConformance, OnlyTheExpectedVersionIsReplaced) {
  const RecordKey key = new_key();
  const VersionId one = VersionId::random(random_);
  const VersionId two = VersionId::random(random_);
  const Instant end = start + std::chrono::days(2);
  ASSERT_TRUE(commit(creation(key, one)));
  const auto move = [&](VersionId expected) {
    const VersionRow version{two, PrincipalId(),  start + std::chrono::seconds(1),
                             1,   to_bytes("f2"), to_bytes("m2")};
    return write(ReplaceVersion{key, expected, version, end});
  };
  EXPECT_EQ(move(two).error().code(), ErrorCode::version_mismatch);
  EXPECT_TRUE(move(one));
  EXPECT_EQ(move(one).error().code(), ErrorCode::version_mismatch);
  EXPECT_EQ(refusal(RequireVersion{key, one}), ErrorCode::version_mismatch);
  EXPECT_TRUE(write(RequireVersion{key, two}));
  EXPECT_EQ(refusal(RequireVersion{new_key(), two}), ErrorCode::version_mismatch);
  EXPECT_EQ(as_text(read(key)->version.masked), "m2");
  EXPECT_EQ(read(key)->head.expires_at, end);
  EXPECT_EQ(as_text(read(key, one)->version.masked), "masked");
  EXPECT_EQ(as_text(read(key, two)->version.masked), "m2");
  const auto old = read(key, one, Rendition::full);
  ASSERT_TRUE(old);
  EXPECT_EQ(as_text(old->version.full), "full");
  EXPECT_TRUE(old->version.masked.empty());
  EXPECT_EQ(as_text(old->keys.full), "wrap-p");
  EXPECT_EQ(old->version.schema_revision, 3U);
  EXPECT_EQ(old->version.masked_revision, 4U);
  EXPECT_EQ(old->version.entity, EntityId::profile);
  EXPECT_FALSE(read(key, one, Rendition::full, end));
  EXPECT_FALSE(read(key, two, Rendition::full, end));
}

TEST_P(StoreConformance, VersionsAreListedNewestFirstByPage) {
  const RecordKey key = new_key();
  std::vector<VersionId> expected{VersionId::random(random_)};
  ASSERT_TRUE(commit(creation(key, expected.front())));
  for (int index = 1; index <= 10; ++index) {
    const VersionId before = expected.front();
    expected.insert(expected.begin(), VersionId::random(random_));
    const VersionRow version{expected.front(), PrincipalId(), start + Ticks(index), 1,
                             to_bytes("f"),    to_bytes("m")};
    ASSERT_TRUE(write(ReplaceVersion{key, before, version, std::nullopt}));
  }
  std::vector<VersionId> listed;
  std::optional<VersionId> before;
  while (true) {
    const auto page = loop_.run_to_end(store_->versions(key, before, 4));
    ASSERT_TRUE(page);
    for (const VersionInfo& info : *page) listed.push_back(info.version);
    if (page->size() < 4) break;
    before = page->back().version;
  }
  EXPECT_EQ(listed, expected);
  EXPECT_TRUE(loop_.run_to_end(store_->versions(new_key(), std::nullopt, 4))->empty());
}

TEST_P(StoreConformance, WhatHangsOnASubjectIsThereWhileItIs) {
  const Instant end = start + std::chrono::days(1);
  const RecordKey root = new_key();
  const RecordKey part = part_of(root);
  ASSERT_TRUE(commit(creation(root, VersionId::random(random_), end)));
  ASSERT_TRUE(commit(creation_of_part(part, EntityId::address, start)));
  for (const RecordKey& key : {root, part}) {
    const auto row = read(key, {}, Rendition::masked, end - Ticks(1));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->subject.entity, EntityId::profile);
    EXPECT_EQ(row->subject.expires_at, end);
    EXPECT_EQ(read(key, {}, Rendition::masked, end).error().code(), ErrorCode::not_found);
  }
  EXPECT_FALSE(read(part)->head.expires_at);
  EXPECT_EQ(read(part)->head.entity, EntityId::address);
  EXPECT_EQ(list(root, EntityId::address)->rows.size(), 1U);
  EXPECT_EQ(list(root, EntityId::address, end).error().code(), ErrorCode::not_found);
  ASSERT_TRUE(write(DeleteRecord{root}));
  EXPECT_EQ(read(part).error().code(), ErrorCode::not_found);
  EXPECT_EQ(list(root, EntityId::address).error().code(), ErrorCode::not_found);
}

TEST_P(StoreConformance, ASubjectsRecordsAreListedByEntityTheOldestFirst) {
  const RecordKey root = new_key();
  ASSERT_TRUE(commit(creation(root, VersionId::random(random_))));
  std::vector<RecordId> expected;
  for (int index = 0; index < 5; ++index) {
    const RecordKey part = part_of(root);
    expected.push_back(part.record);
    ASSERT_TRUE(commit(creation_of_part(part, EntityId::address, start + Ticks(index))));
  }
  const Instant end = start + std::chrono::days(1);
  ASSERT_TRUE(commit(creation_of_part(part_of(root), EntityId::address, start, end)));
  ASSERT_TRUE(commit(creation_of_part(part_of(root), EntityId::contact, start)));
  const auto all = list(root, EntityId::address, end);
  ASSERT_TRUE(all);
  EXPECT_EQ(all->subject.entity, EntityId::profile);
  std::vector<RecordId> listed;
  for (const RecordRow& row : all->rows) {
    listed.push_back(row.key.record);
    EXPECT_EQ(row.key.subject, root.subject);
    EXPECT_EQ(row.head.entity, EntityId::address);
    EXPECT_EQ(as_text(row.version.masked), "masked");
    EXPECT_TRUE(row.version.full.empty() && row.keys.full.empty());
  }
  EXPECT_EQ(listed, expected);
  EXPECT_EQ(list(root, EntityId::address)->rows.size(), 6U);
  EXPECT_EQ(list(root, EntityId::contact)->rows.size(), 1U);
  EXPECT_TRUE(list(root, EntityId::pickup_info)->rows.empty());
  RecordKey elsewhere_too = root;
  elsewhere_too.account = elsewhere;
  EXPECT_EQ(list(elsewhere_too, EntityId::address).error().code(), ErrorCode::not_found);
  const SubjectRecords addresses{here, root.subject, EntityId::address};
  const auto full = loop_.run_to_end(store_->records(addresses, Rendition::full, start, 2));
  ASSERT_TRUE(full);
  ASSERT_EQ(full->rows.size(), 2U);
  EXPECT_EQ(as_text(full->rows.front().version.full), "full");
  EXPECT_EQ(as_text(full->rows.front().keys.full), "wrap-p");
}

TEST_P(StoreConformance, ProspectsAreListedByPageTheNewestFirstWhateverIsMadeMeanwhile) {
  const Instant end = start + std::chrono::days(1);
  std::vector<RecordId> expected;
  const auto make = [&](AccountId account, EntityId entity, Instant created_at,
                        std::optional<Instant> expires_at = std::nullopt) {
    const RecordKey key = new_key(account);
    EXPECT_TRUE(commit(creation_of_part(key, entity, created_at, expires_at)));
    return key;
  };
  for (int index = 0; index < 10; ++index) {
    const RecordKey key = make(here, EntityId::prospect, start + Ticks(index));
    expected.insert(expected.begin(), key.record);
  }
  make(here, EntityId::profile, start);
  make(here, EntityId::prospect, start, end);
  make(elsewhere, EntityId::prospect, start);

  std::vector<RecordId> listed;
  ListPage page{here, std::nullopt, 4};
  while (true) {
    const auto rows = loop_.run_to_end(store_->prospects(page, Rendition::masked, end));
    ASSERT_TRUE(rows);
    for (const RecordRow& row : *rows) {
      listed.push_back(row.key.record);
      EXPECT_EQ(row.subject.entity, EntityId::prospect);
      EXPECT_TRUE(row.version.full.empty() && !row.version.masked.empty());
    }
    if (rows->size() < 4) break;
    const RecordRow& last = rows->back();
    page.before = ListPlace{last.head.created_at, last.key.record};
    make(here, EntityId::prospect, end);
    ASSERT_TRUE(write(DeleteRecord{last.key}));  // The place it held is a place still.
  }
  EXPECT_EQ(listed, expected);
  const auto full = loop_.run_to_end(store_->prospects({here, {}, 100}, Rendition::full, start));
  ASSERT_TRUE(full);
  EXPECT_EQ(as_text(full->back().version.full), "full");
}

TEST_P(StoreConformance, AWriteMayRequireItsSubjectAndRoomForMore) {
  const Instant end = start + std::chrono::days(1);
  const RecordKey root = new_key();
  ASSERT_TRUE(commit(creation(root, VersionId::random(random_), end)));
  const auto require = [&](AccountId account, EntityId entity, Instant now) {
    return write(RequireSubject{account, root.subject, entity, now});
  };
  EXPECT_TRUE(require(here, EntityId::profile, end - Ticks(1)));
  EXPECT_EQ(require(here, EntityId::profile, end).error().code(), ErrorCode::not_found);
  EXPECT_EQ(require(here, EntityId::prospect, start).error().code(), ErrorCode::not_found);
  EXPECT_EQ(require(elsewhere, EntityId::profile, start).error().code(), ErrorCode::not_found);
  EXPECT_EQ(refusal(RequireSubject{here, Token::random(random_), EntityId::profile, start}),
            ErrorCode::not_found);

  const SubjectRecords addresses{here, root.subject, EntityId::address};
  EXPECT_TRUE(write(RequireRoom{addresses, 1, start}));
  ASSERT_TRUE(commit(creation_of_part(part_of(root), EntityId::address, start)));
  ASSERT_TRUE(commit(creation_of_part(part_of(root), EntityId::address, start, end)));
  ASSERT_TRUE(commit(creation_of_part(part_of(root), EntityId::contact, start)));
  EXPECT_EQ(refusal(RequireRoom{addresses, 2, start}), ErrorCode::conflict);
  EXPECT_TRUE(write(RequireRoom{addresses, 3, start}));
  EXPECT_TRUE(write(RequireRoom{addresses, 2, end}));  // One has expired.
  EXPECT_EQ(refusal(RequireRoom{addresses, 1, end}), ErrorCode::conflict);
}

TEST_P(StoreConformance, WhatExpiredIsDroppedWithAllOfItAndNothingElseIs) {
  const Instant end = start + std::chrono::days(1);
  const RecordKey root = new_key();
  const RecordKey part = part_of(root);
  const VersionId version = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(root, version)));
  ASSERT_TRUE(commit(creation(part, version, end)));
  ASSERT_TRUE(write(claim(part, "a", LookupKind::shared, end)));
  ASSERT_TRUE(write(DropExpired{root, end}, DropExpired{part, end - Ticks(1)},
                    DropExpired{new_key(), end}));
  EXPECT_TRUE(read(root) && read(part));
  EXPECT_EQ(commit(creation(part, version)).error().code(), ErrorCode::already_exists);
  const VersionRow next{VersionId::random(random_), {}, start, 1, to_bytes("f"), to_bytes("m")};
  ASSERT_TRUE(write(ReplaceVersion{part, version, next, end}));
  ASSERT_TRUE(write(DropExpired{part, end}));
  EXPECT_TRUE(loop_.run_to_end(store_->versions(part, std::nullopt, 10))->empty());
  EXPECT_TRUE(read(root));
  EXPECT_FALSE(read(part));
  EXPECT_TRUE(find("a").empty());
  EXPECT_TRUE(commit(creation(part, version)));
}

TEST_P(StoreConformance, WhatExpiredIsNotThereAndItsClaimMayBeTaken) {
  const Instant end = start + std::chrono::days(1);
  const RecordKey key = new_key();
  ASSERT_TRUE(commit(creation(key, VersionId::random(random_), end)));
  ASSERT_TRUE(write(claim(key, "a", LookupKind::unique, end)));
  EXPECT_TRUE(read(key, {}, Rendition::masked, end - Ticks(1)));
  EXPECT_FALSE(read(key, {}, Rendition::masked, end));
  EXPECT_EQ(find("a", end - Ticks(1)).size(), 1U);
  EXPECT_TRUE(find("a", end).empty());
  const RecordKey next = new_key();
  const auto take = [&](Instant now) {
    return write(claim(next, "a", LookupKind::unique, std::nullopt, now));
  };
  EXPECT_EQ(take(end - Ticks(1)).error().code(), ErrorCode::conflict);
  EXPECT_TRUE(take(end));
  EXPECT_TRUE(take(end));  // Claiming again what one holds is fine.
  EXPECT_EQ(find("a", end).front().record, next.record);
  // Both are still found by who asks as if nothing ever expired, and go with their records.
  EXPECT_EQ(find("a", end - Ticks(1)).size(), 2U);
  ASSERT_TRUE(write(DeleteRecord{key}));
  ASSERT_EQ(find("a", end - Ticks(1)).size(), 1U);
  EXPECT_EQ(find("a", end - Ticks(1)).front().record, next.record);
}

TEST_P(StoreConformance, LookupsAreOneFieldsOfOneAccount) {
  const RecordKey mine = new_key();
  const RecordKey theirs = new_key(elsewhere);
  ASSERT_TRUE(write(claim(mine, "a"), claim(theirs, "a")));
  EXPECT_EQ(find("a").front().record, mine.record);
  EXPECT_EQ(find("a", start, elsewhere).front().record, theirs.record);
  EXPECT_TRUE(loop_.run_to_end(store_->find(here, phone, to_bytes("a"), start))->empty());
  EXPECT_TRUE(find("b").empty());
  EXPECT_TRUE(find("").empty());
}

TEST_P(StoreConformance, SharedLookupsLeadToAtMostTwo) {
  for (std::size_t count = 1; count <= 3; ++count) {
    const RecordKey key = new_key();
    ASSERT_TRUE(write(claim(key, "d", LookupKind::shared), claim(key, "d", LookupKind::shared)));
    EXPECT_EQ(find("d").size(), std::min<std::size_t>(count, 2));
  }
}

TEST_P(StoreConformance, AReleaseIsOfOnesOwn) {
  const RecordKey key = new_key();
  ASSERT_TRUE(write(claim(key, "a")));
  ASSERT_TRUE(write(ReleaseLookup{new_key(), email, to_bytes("a")}));
  ASSERT_TRUE(write(ReleaseLookup{key, phone, to_bytes("a")}));
  EXPECT_EQ(find("a").size(), 1U);
  ASSERT_TRUE(write(ReleaseLookup{key, email, to_bytes("a")}, claim(new_key(), "a")));
  EXPECT_EQ(find("a").size(), 1U);
}

TEST_P(StoreConformance, ADeletionTakesAllOfOneAndNothingOfOthers) {
  RecordKey root = new_key();
  RecordKey address = root;
  address.record = RecordId::random(random_);
  RecordKey same_token_elsewhere = root;
  same_token_elsewhere.account = elsewhere;
  const RecordKey other = new_key();
  const RecordKey all[] = {root, address, same_token_elsewhere, other};
  for (const RecordKey& key : all) {
    const VersionId version = VersionId::random(random_);
    const VersionRow next{VersionId::random(random_), {}, start, 1, to_bytes("f"), to_bytes("m")};
    ASSERT_TRUE(commit(creation(key, version)));
    ASSERT_TRUE(write(ReplaceVersion{key, version, next, std::nullopt}));
    ASSERT_TRUE(write(claim(key, key.record.text(), LookupKind::shared)));
  }
  ASSERT_TRUE(write(DeleteRecord{address}));
  EXPECT_EQ(refusal(DeleteRecord{address}), ErrorCode::not_found);
  EXPECT_FALSE(read(address));
  EXPECT_TRUE(read(root));
  EXPECT_TRUE(find(address.record.text()).empty());
  EXPECT_TRUE(loop_.run_to_end(store_->versions(address, std::nullopt, 10))->empty());
  ASSERT_TRUE(commit(creation(address, VersionId::random(random_))));  // Nothing is left over.

  ASSERT_TRUE(write(DeleteSubject{here, root.subject}));
  ASSERT_TRUE(write(DeleteSubject{here, root.subject}));  // Never fails.
  ASSERT_TRUE(loop_.run_to_end(store_->scrub()));
  EXPECT_FALSE(read(root));
  EXPECT_FALSE(read(address));
  EXPECT_TRUE(loop_.run_to_end(store_->versions(root, std::nullopt, 10))->empty());
  EXPECT_TRUE(find(root.record.text()).empty());
  EXPECT_TRUE(read(other));
  EXPECT_TRUE(read(same_token_elsewhere));
}

TEST_P(StoreConformance, TheOutboxIsReadInTheOrderOfItsCommits) {
  std::vector<EntryId> ids;
  for (int entry = 0; entry < 6; ++entry) {
    ids.push_back(EntryId::random(random_));
    ASSERT_TRUE(
        write(InsertOutbox{{entry % 2 == 0 ? here : elsewhere, ids.back(), to_bytes("e")}}));
  }
  const auto rows = loop_.run_to_end(store_->outbox(4));
  ASSERT_EQ(rows->size(), 4U);
  for (std::size_t at = 0; at < rows->size(); ++at) {
    EXPECT_EQ((*rows)[at].id, ids[at]);
    EXPECT_EQ((*rows)[at].account, at % 2 == 0 ? here : elsewhere);
    EXPECT_EQ(as_text((*rows)[at].entry), "e");
  }
  ASSERT_TRUE(write(DeleteOutbox{here, ids.front()}, DeleteOutbox{here, ids[1]}));
  EXPECT_EQ(*loop_.run_to_end(store_->outbox_size()), 5U);  // The second is another account's.
  EXPECT_EQ(loop_.run_to_end(store_->outbox(1))->front().id, ids[1]);
}

TEST_P(StoreConformance, AccountsComeBackAsTheyWere) {
  const AccountRow account{here,          "loja",        "us",          R"({"mask":"fixed"})",
                           to_bytes("p"), to_bytes("m"), to_bytes("i"), to_bytes("s")};
  ASSERT_TRUE(write(InsertAccount{account}));
  reopen();
  const auto accounts = loop_.run_to_end(store_->accounts());
  ASSERT_EQ(accounts->size(), 1U);
  EXPECT_EQ(accounts->front().name, "loja");
  EXPECT_EQ(accounts->front().region, "us");
  EXPECT_EQ(accounts->front().settings, R"({"mask":"fixed"})");
  EXPECT_EQ(as_text(accounts->front().wrapped_signing), "s");
}

TEST_P(StoreConformance, OfManyAtOnceOneGetsTheClaim) {
  constexpr int rounds = 50;
  std::atomic<int> won = 0;
  std::vector<std::thread> threads;
  for (int index = 0; index < static_cast<int>(others_.size()); ++index) {
    threads.emplace_back([this, index, &won] {
      EventLoop& loop = others_.at(static_cast<std::size_t>(index));
      const auto store = database_->make_store(loop);
      SeededRandom random(static_cast<std::uint64_t>(100 + index));
      for (int round = 0; round < rounds; ++round) {
        const RecordKey key = own_record(here, Token::random(random));
        WriteBatch batch;
        batch.emplace_back(claim(key, "round" + std::to_string(round)));
        const bool mine = loop.run_to_end(store->commit(std::move(batch))).has_value();
        won += mine;
        // A read sees every write that was acknowledged before it began.
        const auto found = loop.run_to_end(
            store->find(here, email, to_bytes("round" + std::to_string(round)), start));
        EXPECT_EQ(found->size(), 1U);
        EXPECT_EQ(found->front().record == key.record, mine);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(won, rounds);
}

}  // namespace velum
