// The suite goes on, with schemas, jobs, and masked renditions that are made again.

#include "storage/conformance.h"

namespace velum {

TEST_P(StoreConformance, KeepsEachRevisionOfASchemaOnce) {
  const auto row = [](EntityId entity, std::uint32_t revision, std::string custom,
                      AccountId account = here) {
    return InsertSchema{{account, entity, revision, std::move(custom), PrincipalId(), start}};
  };
  ASSERT_TRUE(write(row(EntityId::address, 2, "{\"b\":{}}")));
  ASSERT_TRUE(write(row(EntityId::profile, 3, "{}")));
  ASSERT_TRUE(write(row(EntityId::profile, 2, "{\"a\":{}}")));
  ASSERT_TRUE(write(row(EntityId::profile, 2, "{\"c\":{}}", elsewhere)));
  EXPECT_EQ(refusal(row(EntityId::profile, 2, "{\"other\":{}}")), ErrorCode::already_exists);
  reopen();
  const auto rows = loop_.run_to_end(store_->schemas(here));
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[0].entity, EntityId::profile);
  EXPECT_EQ((*rows)[0].revision, 2U);
  EXPECT_EQ((*rows)[0].custom, "{\"a\":{}}");
  EXPECT_EQ((*rows)[0].created_at, start);
  EXPECT_EQ((*rows)[1].revision, 3U);
  EXPECT_EQ((*rows)[2].entity, EntityId::address);
}

TEST_P(StoreConformance, RemembersHowFarAJobIs) {
  const auto id = JobId::random(random_);
  JobRow row{here,
             id,
             JobKind::remask,
             EntityId::contact,
             7,
             JobState::in_progress,
             0,
             0,
             to_bytes("at"),
             start,
             start};
  ASSERT_TRUE(write(InsertJob{row}));
  EXPECT_EQ(refusal(InsertJob{row}), ErrorCode::already_exists);
  JobRow older = row;
  older.id = JobId::random(random_);
  older.created_at = start - Ticks(1);
  ASSERT_TRUE(write(InsertJob{older}));

  row.done = 5;
  row.total = 9;
  row.cursor = {};
  row.updated_at = start + Ticks(3);
  ASSERT_TRUE(write(UpdateJob{row}));
  reopen();
  const auto jobs = loop_.run_to_end(store_->open_jobs(here));
  ASSERT_EQ(jobs->size(), 2U);
  EXPECT_EQ((*jobs)[0].id, older.id);
  const JobRow& found = (*jobs)[1];
  EXPECT_EQ(found.id, id);
  EXPECT_EQ(found.kind, JobKind::remask);
  EXPECT_EQ(found.entity, EntityId::contact);
  EXPECT_EQ(found.revision, 7U);
  EXPECT_EQ(found.done, 5U);
  EXPECT_EQ(found.total, 9U);
  EXPECT_EQ(found.cursor, Bytes());
  EXPECT_EQ(found.created_at, start);
  EXPECT_EQ(found.updated_at, start + Ticks(3));

  row.state = JobState::success;
  ASSERT_TRUE(write(UpdateJob{row}));
  EXPECT_EQ(loop_.run_to_end(store_->open_jobs(here))->size(), 1U);
  EXPECT_EQ(loop_.run_to_end(store_->job(here, id))->state, JobState::success);
  EXPECT_EQ(loop_.run_to_end(store_->job(elsewhere, id)).error().code(), ErrorCode::not_found);
  row.id = JobId::random(random_);
  EXPECT_EQ(refusal(UpdateJob{row}), ErrorCode::not_found);
}

TEST_P(StoreConformance, ReplacesAMaskedRenditionThatIsStillTheOne) {
  const RecordKey key = new_key();
  const auto first = VersionId::random(random_);
  const auto second = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(key, first)));
  ASSERT_TRUE(write(ReplaceVersion{
      key, first, {second, PrincipalId(), start, 3, to_bytes("f"), to_bytes("m"), 4}, {}}));
  const auto shown = [this, &key](VersionId version) {
    const auto row = read(key, version);
    return std::string(as_text(row->version.masked)) + " " +
           std::to_string(row->version.masked_revision);
  };
  const ChangeStamp stamp = store_->change_stamp(here, key.subject);
  for (const VersionId version : {first, second}) {
    ASSERT_TRUE(write(ReplaceMasked{key, version, 3, to_bytes("no"), 5}));
    EXPECT_TRUE(shown(version).ends_with(" 4")) << "it is of another revision";
    ASSERT_TRUE(write(ReplaceMasked{key, version, 4, to_bytes("new"), 5}));
    EXPECT_EQ(shown(version), "new 5");
    EXPECT_EQ(as_text(read(key, version, Rendition::full)->version.full),
              version == first ? "full" : "f");
    EXPECT_EQ(read(key, version)->version.schema_revision, 3U);
  }
  EXPECT_NE(store_->change_stamp(here, key.subject), stamp);

  // What is gone does not come back.
  ASSERT_TRUE(write(DeleteSubject{here, key.subject}));
  ASSERT_TRUE(write(ReplaceMasked{key, first, 5, to_bytes("back"), 6},
                    ReplaceMasked{key, second, 5, to_bytes("back"), 6}));
  EXPECT_FALSE(read(key, first));
  EXPECT_FALSE(read(key));
}

TEST_P(StoreConformance, ReplacesBothRenditionsInPlace) {
  const RecordKey key = new_key();
  const auto first = VersionId::random(random_);
  const auto second = VersionId::random(random_);
  ASSERT_TRUE(commit(creation(key, first)));
  ASSERT_TRUE(write(ReplaceVersion{
      key, first, {second, PrincipalId(), start, 3, to_bytes("f"), to_bytes("m"), 4}, {}}));
  const auto kept = [this, &key](VersionId version) {
    const auto masked = read(key, version);
    const auto full = read(key, version, Rendition::full);
    return std::string(as_text(full->version.full)) + " " +
           std::string(as_text(masked->version.masked)) + " " +
           std::to_string(masked->version.masked_revision);
  };
  const auto replace = [&key](VersionId version, std::uint32_t expected, std::string_view text) {
    const std::string full = std::string(text) + "-f";
    const std::string masked = std::string(text) + "-m";
    return ReplaceRenditions{key, version, expected, to_bytes(full), to_bytes(masked), 5};
  };
  const ChangeStamp stamp = store_->change_stamp(here, key.subject);
  EXPECT_EQ(refusal(replace(first, 3, "no")), ErrorCode::version_mismatch);
  EXPECT_EQ(refusal(replace(VersionId::random(random_), 4, "no")), ErrorCode::version_mismatch);
  EXPECT_EQ(kept(first), "full masked 4");
  for (const VersionId version : {first, second}) {
    ASSERT_TRUE(write(replace(version, 4, "new")));
    EXPECT_EQ(kept(version), "new-f new-m 5");
    EXPECT_EQ(read(key, version)->version.schema_revision, 3U);
    EXPECT_EQ(read(key, version)->version.written_at, start);
    EXPECT_EQ(refusal(replace(version, 4, "again")), ErrorCode::version_mismatch);
  }
  EXPECT_EQ(read(key)->version.version, second);
  EXPECT_NE(store_->change_stamp(here, key.subject), stamp);

  // With all of its batch, or with nothing of it.
  EXPECT_FALSE(write(replace(first, 5, "half"), replace(second, 4, "half")));
  EXPECT_EQ(kept(first), "new-f new-m 5");
  ASSERT_TRUE(write(DeleteSubject{here, key.subject}));
  EXPECT_EQ(refusal(replace(first, 5, "back")), ErrorCode::version_mismatch);
  EXPECT_FALSE(read(key, first));
}

TEST_P(StoreConformance, WalksAllVersionsOfAnAccount) {
  std::vector<RecordKey> keys;
  for (int count = 0; count < 5; ++count) {
    keys.push_back(new_key());
    const auto first = VersionId::random(random_);
    ASSERT_TRUE(commit(creation(keys.back(), first, start - Ticks(1))));
    const auto second = VersionId::random(random_);
    ASSERT_TRUE(write(
        ReplaceVersion{keys.back(), first, {second, PrincipalId(), start, 3, {}, {}, 9}, start}));
  }
  ASSERT_TRUE(commit(creation_of_part(part_of(keys[0]), EntityId::address, start)));
  ASSERT_TRUE(commit(creation(new_key(elsewhere), VersionId::random(random_))));
  const auto walked = [this](WalkedVersions of, std::uint32_t limit) {
    std::vector<WalkedVersion> all;
    WalkPlace after{of, {}, {}, {}};
    while (true) {
      const auto page = *loop_.run_to_end(store_->walk(here, after, limit));
      if (page.empty()) return all;
      EXPECT_LE(page.size(), limit);
      all.insert(all.end(), page.begin(), page.end());
      after = {of, page.back().key.subject, page.back().key.record, page.back().version};
    }
  };
  for (const std::uint32_t limit : {1U, 2U, 100U}) {
    const auto current = walked(WalkedVersions::current, limit);
    ASSERT_EQ(current.size(), 6U);
    const auto older = walked(WalkedVersions::older, limit);
    ASSERT_EQ(older.size(), 5U);
    for (std::size_t i = 0; i + 1 < current.size(); ++i) {
      EXPECT_LE(current[i].key.subject, current[i + 1].key.subject);
    }
    for (const WalkedVersion& version : current) EXPECT_EQ(version.written_at, start);
    for (const WalkedVersion& version : older) {
      EXPECT_EQ(version.written_at, start);
      EXPECT_EQ(version.masked_revision, 4U);
      EXPECT_EQ(version.entity, EntityId::profile);
      EXPECT_EQ(version.key.account, here);
      EXPECT_EQ(read(version.key, version.version, Rendition::masked, Instant::min())
                    ->version.masked_revision,
                4U);
    }
  }
}

}  // namespace velum
