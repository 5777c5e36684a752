// Fields that are kept for some days: when those are over no answer shows the value, and the pruner
// takes it out of all versions, on record.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include "crypto/crypto.h"
#include "json/value.h"
#include "schema/conditions.h"
#include "test/fault/forwarding_store.h"
#include "test/fault/sim_node.h"

namespace velum::retention_test {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::seconds;

std::string nick_for(int number, std::string_view pii = "true") {
  std::string text(R"({"nick":{"type":["string","null"],"sensitive":true,"pii":)");
  text.append(pii);
  if (number > 0) text.append(R"(,"retentionDays":)").append(std::to_string(number));
  return text + "}}";
}
constexpr std::string_view nested = R"({"home":{"type":"object","sensitive":true,"pii":true,
    "properties":{"nick":{"type":"string","retentionDays":10},"city":{"type":"string"}}},
    "visits":{"type":"array","sensitive":true,"pii":false,"items":{"type":"object",
    "properties":{"nick":{"type":"string","retentionDays":10},"day":{"type":"string"}}}}})";

bool has_nick(std::string_view document) {
  return document.find("\"nick\"") != std::string_view::npos;
}
Reason why() {
  return {"given", Sensitive("a test")};
}

std::string text_of(const Result<DocumentView>& shown) {
  return shown ? std::string(view(shown->document)) : "refused";
}
std::string text_of(const Result<std::vector<DocumentView>>& shown) {
  if (!shown || shown->empty()) return "refused";
  return std::string(view(shown->front().document));
}

class Retention : public testing::Test {
 protected:
  void SetUp() override { begin(); }

  void begin(SimNodeOptions options = {}) {
    node_.reset();
    node_.emplace(disk_, std::move(options));
    ASSERT_TRUE(node_->start());
  }
  void keep_for(int number, EntityId entity = EntityId::profile) {
    ASSERT_TRUE(node_->put_custom_fields(nick_for(number), entity));
    ASSERT_TRUE(node_->remask());
  }
  // A profile with a nick, whose end is known.
  void make_ana() {
    const auto made = node_->create(R"({"email":"ana@example.com","nick":"Aninha"})");
    ASSERT_TRUE(made);
    ana_ = SimNode::key_of(*made);
    first_ = made->version;
    end_ = made->updated_at + days(10);
  }
  // The next operation of the node is at `moment`: it moves the clock a little itself.
  void go_to(Instant moment) { disk_.clock.advance(moment - disk_.clock.now() - Ticks(1000)); }
  std::vector<std::string> entries(std::string_view action) {
    EXPECT_TRUE(node_->drain());
    AuditSearch search;
    search.filter.actions = {std::string(action)};
    search.limit = 1000;
    return node_->audit().search(SimDisk::account, search)->entries;
  }
  Result<RecordRow> row_of(const RecordKey& key, VersionId version) {
    return node_->loop().run_to_end(
        node_->store().read(key, version, Rendition::full, Instant::min()));
  }
  bool is_on_disk(const Bytes& bytes) {
    return std::ranges::any_of(std::array{"./data.db", "./data.db-wal"}, [&](const char* file) {
      const Bytes content = disk_.files.content(file);
      return std::search(content.begin(), content.end(), bytes.begin(), bytes.end()) !=
             content.end();
    });
  }
  // What is kept, whatever the schema hides: so it is asked for without one that hides anything.
  std::string kept(const RecordKey& key, std::optional<VersionId> version = std::nullopt) {
    EXPECT_TRUE(node_->put_custom_fields("{}"));
    return text_of(node_->run(node_->engine().unmask(node_->caller(), key, version, why())));
  }

  SimDisk disk_{1};
  std::optional<SimNode> node_;
  RecordKey ana_;
  VersionId first_;
  Instant end_;
};

// Each way to see a value, asked a second before its end and at that instant.
struct Way {
  std::string_view name;
  std::function<std::string(SimNode&, const RecordKey&, VersionId)> look;
};

template <typename Page>
std::string text_of_page(const Result<Page>& page) {
  if (!page || page->views.empty()) return "refused";
  return std::string(view(page->views.front().document));
}
std::string answer(SimNode& node, const RecordKey& key, std::string_view conditions) {
  const auto asked = Conditions::read(node.account().schema_of(EntityId::profile), conditions);
  EXPECT_TRUE(asked);
  const auto answers = node.run(node.engine().check_conditions(node.caller(), key, *asked));
  EXPECT_TRUE(answers);
  return answers && answers->front() ? "\"nick\"" : "no";
}

constexpr auto none = std::nullopt;

std::vector<Way> ways_of_profiles() {
  return {
      {"a masked read",
       [](SimNode& n, const RecordKey& k, VersionId) {
         return text_of(n.run(n.engine().read_masked(n.caller(), k, none)));
       }},
      {"a masked read on another loop",
       [](SimNode& n, const RecordKey& k, VersionId) {
         return text_of(n.run(n.engine_elsewhere().read_masked(n.caller(), k, none)));
       }},
      {"a version",
       [](SimNode& n, const RecordKey& k, VersionId v) {
         return text_of(n.run(n.engine().read_masked(n.caller(), k, v)));
       }},
      {"an unmask",
       [](SimNode& n, const RecordKey& k, VersionId) {
         return text_of(n.run(n.engine().unmask(n.caller(), k, none, why())));
       }},
      {"a version unmasked",
       [](SimNode& n, const RecordKey& k, VersionId v) {
         return text_of(n.run(n.engine().unmask(n.caller(), k, v, why())));
       }},
      {"an export",
       [](SimNode& n, const RecordKey&, VersionId) {
         return text_of_page(n.run(n.engine().scan_masked(n.caller(), none, 10)));
       }},
      {"an export, unmasked",
       [](SimNode& n, const RecordKey&, VersionId) {
         return text_of_page(n.run(n.engine().unmask_scan(n.caller(), none, 10, why())));
       }},
      {"a condition on its value",
       [](SimNode& n, const RecordKey& k, VersionId) {
         return answer(n, k, R"({"conditions":[{"field":"nick","equals":"Aninha"}]})");
       }},
      {"a condition on its being there",
       [](SimNode& n, const RecordKey& k, VersionId) {
         return answer(n, k, R"({"conditions":[{"field":"nick","exists":true}]})");
       }},
      {"a change's answer",
       [](SimNode& n, const RecordKey& k, VersionId) {
         return text_of(n.run(n.engine().patch(n.caller(), k, R"({"firstName":"Ana"})", {})));
       }},
  };
}

// What is seen so long before the end.
std::string seen(const Way& way, std::string_view pii, Ticks early) {
  SimDisk disk(1);
  SimNode node(disk);
  EXPECT_TRUE(node.start());
  EXPECT_TRUE(node.put_custom_fields(nick_for(10, pii)));
  const auto made = node.create(R"({"email":"ana@example.com","nick":"Aninha"})");
  EXPECT_TRUE(made);
  if (!made) return "refused";
  const RecordKey key = SimNode::key_of(*made);
  const Instant end = made->updated_at + days(10);
  disk.clock.advance(end - Ticks(seconds(2)) - disk.clock.now());
  // Into the cache, if it is a way that has one.
  if (way.name != "a change's answer") {
    EXPECT_TRUE(has_nick(way.look(node, key, made->version)));
  }
  disk.clock.advance(end - early - disk.clock.now() - Ticks(1000));
  return way.look(node, key, made->version);
}

TEST(RetentionWays, EndAtTheInstantAndNotASecondLater) {
  for (const std::string_view pii : {"true", "false"}) {
    for (const Way& way : ways_of_profiles()) {
      SCOPED_TRACE(std::string(way.name) + ", pii " + std::string(pii));
      const std::string before = seen(way, pii, seconds(1));
      EXPECT_TRUE(has_nick(before)) << before;
      const std::string after = seen(way, pii, Ticks(0));
      EXPECT_NE(after, "refused");
      EXPECT_FALSE(has_nick(after)) << after;
    }
  }
}

TEST(RetentionWays, ListsToo) {
  const auto engine_of = [](SimNode& node) -> DocumentEngine& { return node.engine(); };
  struct List {
    EntityId entity;
    std::function<std::string(SimNode&, const RecordKey&)> look;
  };
  const List lists[] = {
      {EntityId::address,
       [&](SimNode& n, const RecordKey& k) {
         return text_of(n.run(engine_of(n).list_masked(n.caller(EntityId::address), k)));
       }},
      {EntityId::address,
       [&](SimNode& n, const RecordKey& k) {
         return text_of(n.run(engine_of(n).unmask_all(n.caller(EntityId::address), k, why())));
       }},
      {EntityId::prospect,
       [&](SimNode& n, const RecordKey&) {
         const ListPage page{SimDisk::account, {}, 10};
         return text_of_page(
             n.run(engine_of(n).list_prospects(n.caller(EntityId::prospect), page)));
       }},
      {EntityId::prospect,
       [&](SimNode& n, const RecordKey&) {
         const ListPage page{SimDisk::account, {}, 10};
         return text_of_page(
             n.run(engine_of(n).unmask_prospects(n.caller(EntityId::prospect), page, why())));
       }},
  };
  for (const List& list : lists) {
    SimDisk disk(1);
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    ASSERT_TRUE(node.put_custom_fields(nick_for(10), list.entity));
    const auto owner = node.create(R"({"email":"ana@example.com"})");
    ASSERT_TRUE(owner);
    const RecordKey key = SimNode::key_of(*owner);
    const bool is_part = list.entity == EntityId::address;
    const auto made = node.run(node.engine().create(
        node.caller(list.entity), is_part ? std::optional(key) : none, R"({"nick":"Casa"})", {}));
    ASSERT_TRUE(made);
    const Instant end = made->meta.updated_at + days(10);
    disk.clock.advance(end - Ticks(seconds(1)) - disk.clock.now());
    EXPECT_TRUE(has_nick(list.look(node, key)));
    disk.clock.advance(end - disk.clock.now() - Ticks(1000));
    const std::string shown = list.look(node, key);
    EXPECT_NE(shown, "refused");
    EXPECT_FALSE(has_nick(shown)) << shown;
  }
}

TEST_F(Retention, AChangeDoesNotCarryItOver) {
  keep_for(10);
  make_ana();
  go_to(end_);
  ASSERT_TRUE(node_->patch(ana_, R"({"firstName":"Ana"})"));
  EXPECT_FALSE(has_nick(kept(ana_)));
  EXPECT_TRUE(has_nick(kept(ana_, first_))) << "the pruner has not come yet";
}

TEST_F(Retention, AChangeBeforeTheEndKeepsItForAsLongAgain) {
  keep_for(10);
  make_ana();
  go_to(end_ - seconds(1));
  const auto changed = node_->patch(ana_, R"({"firstName":"Ana"})");
  ASSERT_TRUE(changed);
  go_to(end_);
  EXPECT_TRUE(has_nick(*node_->read_masked(ana_)));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_, first_))) << "an old version has its own end";
  go_to(changed->updated_at + days(10));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_)));
}

TEST_F(Retention, AMaskThatIsSentBackRestoresNothing) {
  keep_for(10);
  make_ana();
  go_to(end_ - seconds(1));
  ASSERT_TRUE(node_->patch(ana_, R"({"nick":"A*****"})"));
  EXPECT_NE(node_->unmask(ana_)->find("Aninha"), std::string::npos);
  disk_.clock.advance(days(11));
  const auto refused = node_->patch(ana_, R"({"nick":"A*****"})");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::masked_value);
  EXPECT_FALSE(has_nick(*node_->unmask(ana_)));
}

TEST_F(Retention, AProspectThatIsConvertedLeavesItBehind) {
  keep_for(10, EntityId::prospect);
  const auto made = node_->run(node_->engine().create(
      node_->caller(EntityId::prospect), none, R"({"email":"rita@example.com","nick":"Ri"})", {}));
  ASSERT_TRUE(made);
  const RecordKey rita = SimNode::key_of(made->meta);
  go_to(made->meta.updated_at + days(10));
  const auto converted =
      node_->run(node_->engine().convert(node_->caller(EntityId::prospect), rita, {}));
  ASSERT_TRUE(converted);
  EXPECT_FALSE(has_nick(text_of(converted)));
  EXPECT_FALSE(has_nick(*node_->unmask(rita)));
  // The version that was a prospect's is held to the prospects' schema still.
  EXPECT_TRUE(entries("ExpireProspectFields").empty());
  ASSERT_TRUE(node_->prune());
  EXPECT_EQ(entries("ExpireProspectFields").size(), 1U);
}

TEST_F(Retention, TheDaysThatAreCurrentCount) {
  keep_for(10);
  make_ana();
  disk_.clock.advance(days(6));
  EXPECT_TRUE(has_nick(*node_->read_masked(ana_)));
  ASSERT_TRUE(node_->put_custom_fields(nick_for(5)));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_)));
  EXPECT_FALSE(has_nick(*node_->unmask(ana_)));
  ASSERT_TRUE(node_->prune());
  ASSERT_TRUE(node_->put_custom_fields(nick_for(100)));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_))) << "what is removed stays so";
  EXPECT_FALSE(has_nick(*node_->unmask(ana_)));
}

TEST_F(Retention, APassTakesItOutOfEveryVersionAndSaysSo) {
  keep_for(10);
  make_ana();
  const auto second = node_->patch(ana_, R"({"firstName":"Ana"})");
  const auto third = node_->patch(ana_, R"({"nick":null})");
  ASSERT_TRUE(second && third);
  const auto bia = node_->create(R"({"email":"bia@example.com","nick":"Bi","lastName":"Luz"})");
  ASSERT_TRUE(bia);
  go_to(end_ - seconds(1));
  ASSERT_TRUE(node_->prune());
  EXPECT_TRUE(entries("ExpireProfileFields").empty());
  const Bytes old_envelope = row_of(ana_, first_)->version.full;
  EXPECT_TRUE(is_on_disk(old_envelope));

  disk_.clock.advance(seconds(2));
  ASSERT_TRUE(node_->prune());
  const std::vector<std::string> logged = entries("ExpireProfileFields");
  // The third has none: a merge patch's null removes.
  ASSERT_EQ(logged.size(), 3U);
  for (const auto& [key, version] : {std::pair(ana_, first_), std::pair(ana_, second->version),
                                     std::pair(SimNode::key_of(*bia), bia->version)}) {
    const std::string hash = to_hex(sha256(row_of(key, version)->version.full));
    const auto entry = std::ranges::find_if(logged, [&hash](const std::string& text) {
      return text.find("\"envelopeHash\":\"" + hash + "\"") != std::string::npos;
    });
    ASSERT_NE(entry, logged.end());
    EXPECT_NE(entry->find(version.text()), std::string::npos);
    EXPECT_NE(entry->find(R"("fields":["nick"])"), std::string::npos);
    EXPECT_NE(entry->find(R"("internalUse":"retention")"), std::string::npos);
    EXPECT_NE(entry->find(R"("rule":"retention")"), std::string::npos);
  }
  EXPECT_FALSE(is_on_disk(old_envelope));
  ASSERT_TRUE(node_->prune());
  EXPECT_EQ(entries("ExpireProfileFields").size(), 3U) << "nothing is left to do";
  EXPECT_EQ(kept(ana_, first_), R"({"email":"ana@example.com"})");
  EXPECT_EQ(kept(ana_, second->version), R"({"email":"ana@example.com","firstName":"Ana"})");
  EXPECT_EQ(kept(SimNode::key_of(*bia)), R"({"email":"bia@example.com","lastName":"Luz"})");
  EXPECT_EQ(*node_->read_masked(SimNode::key_of(*bia)),
            R"({"email":"b**@e******.c**","lastName":"L**"})");
}

TEST_F(Retention, InsideObjectsAndItemsToo) {
  ASSERT_TRUE(node_->put_custom_fields(nested));
  const auto made =
      node_->create(R"({"email":"ana@example.com","home":{"nick":"Lar","city":"Rio"},)"
                    R"("visits":[{"nick":"Loja","day":"2023-01-02"},{"day":"2023-01-03"}]})");
  ASSERT_TRUE(made);
  const RecordKey key = SimNode::key_of(*made);
  go_to(made->updated_at + days(10));
  constexpr const char* left = R"({"email":"ana@example.com","home":{"city":"Rio"},)"
                               R"("visits":[{"day":"2023-01-02"},{"day":"2023-01-03"}]})";
  EXPECT_EQ(*node_->unmask(key), left);
  ASSERT_TRUE(node_->prune());
  const std::vector<std::string> logged = entries("ExpireProfileFields");
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_NE(logged[0].find(R"("fields":["home.nick","visits.nick"])"), std::string::npos);
  EXPECT_EQ(kept(key), left);
}

TEST_F(Retention, NothingIsDestroyedWhileTheClocksDisagree) {
  keep_for(10);
  make_ana();
  disk_.clock.jump_wall(days(3'650));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_))) << "hidden it is";
  ASSERT_TRUE(node_->prune());
  EXPECT_TRUE(entries("ExpireProfileFields").empty());
  disk_.clock.jump_wall(-days(3'650));
  ASSERT_TRUE(node_->prune());
  EXPECT_TRUE(has_nick(*node_->read_masked(ana_)));
  disk_.clock.advance(days(10));
  ASSERT_TRUE(node_->prune());
  EXPECT_EQ(entries("ExpireProfileFields").size(), 1U);
}

// No clock is there to contradict it: only what was saved before.
TEST_F(Retention, AClockThatIsWrongAtTheStartDestroysNothingForADay) {
  keep_for(10);
  make_ana();
  ASSERT_TRUE(node_->sweep());
  node_.reset();
  disk_.clock.jump_wall(days(3'650));
  begin();
  disk_.clock.advance(hours(23));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_)));
  ASSERT_TRUE(node_->prune());
  EXPECT_TRUE(entries("ExpireProfileFields").empty());
  // Put right, and started again.
  disk_.clock.jump_wall(-days(3'650));
  begin();
  ASSERT_TRUE(node_->prune());
  EXPECT_TRUE(has_nick(*node_->read_masked(ana_)));
  disk_.clock.advance(days(10));
  ASSERT_TRUE(node_->prune());
  EXPECT_EQ(entries("ExpireProfileFields").size(), 1U);
}

TEST_F(Retention, WhatWasOverBeforeAStartIsTakenOutAtOnce) {
  keep_for(10);
  make_ana();
  go_to(end_);
  ASSERT_TRUE(node_->sweep());
  begin();
  ASSERT_TRUE(node_->prune());
  EXPECT_EQ(entries("ExpireProfileFields").size(), 1U);
}

TEST_F(Retention, AProcessThatCannotUnmaskHidesAndLeavesTheRest) {
  keep_for(10);
  make_ana();
  disk_.clock.advance(days(11));
  SimNodeOptions options;
  options.keys = KeyScope::masked_only;
  begin(options);
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_)));
  ASSERT_TRUE(node_->prune());
  EXPECT_TRUE(entries("ExpireProfileFields").empty());
  begin();
  ASSERT_TRUE(node_->prune());
  EXPECT_EQ(entries("ExpireProfileFields").size(), 1U);
}

// Another deletes one of two while the pass is under way.
class DeletesFirst final : public ForwardingStore {
 public:
  DeletesFirst(Store& store, RecordKey key) : ForwardingStore(store), store_(store), key_(key) {}
  Task<Result<void>> commit(WriteBatch batch) override {
    if (!done_) {
      done_ = true;
      WriteBatch deletion;
      deletion.emplace_back(DeleteSubject{key_.account, key_.subject});
      CO_TRY(co_await store_.commit(std::move(deletion)));
    }
    co_return co_await store_.commit(std::move(batch));
  }

 private:
  Store& store_;
  RecordKey key_;
  bool done_ = false;
};

TEST_F(Retention, WhatGoesMeanwhileIsNotSaidToHaveBeenPruned) {
  keep_for(10);
  make_ana();
  const auto bia = node_->create(R"({"email":"bia@example.com","nick":"Bi"})");
  ASSERT_TRUE(bia);
  disk_.clock.advance(days(11));
  DeletesFirst store(node_->store(), ana_);
  NoLog log;
  TrustedClock clock(disk_.clock);
  Pruner pruner({node_->loop(), store, node_->audit(), node_->mover(), clock, disk_.random, log},
                {&node_->account()});
  ASSERT_TRUE(node_->run(pruner.prune()));
  const std::vector<std::string> logged = entries("ExpireProfileFields");
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_NE(logged[0].find(bia->version.text()), std::string::npos);
  EXPECT_FALSE(node_->read_masked(ana_));
  EXPECT_FALSE(has_nick(kept(SimNode::key_of(*bia))));
}

// An entry of the audit log has an end, which a schema's names have not.
TEST_F(Retention, MoreNamesThanAnEntryHolds) {
  const std::string outer(120, 'o');
  const std::string inner(120, 'i');
  std::string fields;
  std::string values;
  for (int number = 100; number < 350; ++number) {
    const std::string name = std::string(110, 'n') + std::to_string(number);
    fields.append(fields.empty() ? "" : ",").append("\"").append(name);
    fields.append(R"(":{"type":"string","retentionDays":10})");
    values.append(values.empty() ? "" : ",").append("\"").append(name).append(R"(":"x")");
  }
  ASSERT_TRUE(node_->put_custom_fields(
      "{\"" + outer + R"(":{"type":"object","sensitive":true,"pii":true,"properties":{")" + inner +
      R"(":{"type":"object","properties":{)" + fields + "}}}}}"));
  ASSERT_TRUE(node_->create(R"({"email":"ana@example.com",")" + outer + "\":{\"" + inner + "\":{" +
                            values + "}}}"));
  disk_.clock.advance(days(11));
  ASSERT_TRUE(node_->prune());
  const std::vector<std::string> logged = entries("ExpireProfileFields");
  ASSERT_EQ(logged.size(), 1U);
  EXPECT_NE(logged[0].find("nnn100\""), std::string::npos);
  EXPECT_NE(logged[0].find("\"(more)\""), std::string::npos);
  EXPECT_EQ(logged[0].find("nnn349\""), std::string::npos);
  EXPECT_TRUE(node_->audit().checkpoint_now());
}

// Fails to read one record, or to empty its log.
class FailsNow final : public ForwardingStore {
 public:
  explicit FailsNow(Store& store) : ForwardingStore(store), store_(store) {}
  Task<Result<RecordRow>> read(RecordKey key, std::optional<VersionId> version, Rendition rendition,
                               Instant now) override {
    if (key.subject == unreadable.subject) co_return failure();
    co_return co_await store_.read(key, version, rendition, now);
  }
  Task<Result<void>> scrub() override {
    ++scrubs;
    if (scrub_fails) co_return failure();
    co_return co_await store_.scrub();
  }

  RecordKey unreadable;
  bool scrub_fails = false;
  int scrubs = 0;

 private:
  static Error failure() { return {ErrorCode::storage_unavailable, "it fails now"}; }
  Store& store_;
};

TEST_F(Retention, WhatCannotBeReadKeepsNobodyElse) {
  keep_for(10);
  make_ana();
  ASSERT_TRUE(node_->create(R"({"email":"bia@example.com","nick":"Bi"})"));
  ASSERT_TRUE(node_->create(R"({"email":"caio@example.com","nick":"Ca"})"));
  disk_.clock.advance(days(11));
  FailsNow store(node_->store());
  store.unreadable = ana_;
  NoLog log;
  TrustedClock clock(disk_.clock);
  Pruner pruner({node_->loop(), store, node_->audit(), node_->mover(), clock, disk_.random, log},
                {&node_->account()});
  ASSERT_TRUE(node_->run(pruner.prune()));
  EXPECT_EQ(entries("ExpireProfileFields").size(), 2U);
}

TEST_F(Retention, TheLogIsEmptiedAfterAFailureAndAfterAStart) {
  keep_for(10);
  make_ana();
  disk_.clock.advance(days(11));
  FailsNow store(node_->store());
  NoLog log;
  TrustedClock clock(disk_.clock);
  Pruner pruner({node_->loop(), store, node_->audit(), node_->mover(), clock, disk_.random, log},
                {&node_->account()});
  store.scrub_fails = true;
  EXPECT_FALSE(node_->run(pruner.prune()));
  store.scrub_fails = false;
  EXPECT_TRUE(node_->run(pruner.prune()));
  EXPECT_EQ(store.scrubs, 2);
  EXPECT_TRUE(node_->run(pruner.prune()));
  EXPECT_EQ(store.scrubs, 2) << "there is nothing to empty";
  // The process before may have ended between its commit and this.
  Pruner next({node_->loop(), store, node_->audit(), node_->mover(), clock, disk_.random, log},
              {&node_->account()});
  EXPECT_TRUE(node_->run(next.prune()));
  EXPECT_EQ(store.scrubs, 3);
}

// A new version would be without the value, and the old one without it a while later.
TEST_F(Retention, NoChangeLosesWhatAClockInDoubtSaysIsOver) {
  keep_for(10);
  make_ana();
  ASSERT_TRUE(node_->sweep());
  disk_.clock.jump_wall(days(60));
  EXPECT_FALSE(has_nick(*node_->read_masked(ana_)));
  const auto changed = node_->patch(ana_, R"({"firstName":"Ana"})");
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code(), ErrorCode::conflict);
  disk_.clock.jump_wall(-days(60));
  ASSERT_TRUE(node_->patch(ana_, R"({"firstName":"Ana"})"));
  EXPECT_TRUE(has_nick(*node_->read_masked(ana_)));
}

// The power goes before each call of the disk that a pass makes.
TEST(RetentionCrash, APassGoesOnAfterACrashAtAnyMoment) {
  SimDisk disk(3);
  std::vector<DocumentMeta> all;
  std::vector<SimFileSystem> moments;
  constexpr int count = 70;  // More than a page.
  {
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    ASSERT_TRUE(node.put_custom_fields(nick_for(10)));
    for (int number = 0; number < count; ++number) {
      const auto made =
          node.create(R"({"email":"c)" + std::to_string(number) + R"(@example.com","nick":"Bi"})");
      ASSERT_TRUE(made);
      all.push_back(*made);
    }
    ASSERT_TRUE(node.remask() && node.drain());
    disk.clock.advance(days(11));
    disk.files.capture_before_calls(
        [&moments](SimFileSystem files) { moments.push_back(std::move(files)); });
    ASSERT_TRUE(node.prune());
    disk.files.capture_before_calls({});
  }
  for (std::size_t moment = 0; moment < moments.size(); ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    SeededRandom random(moment);
    moments[moment].crash(random);
    SimDisk after(disk, std::move(moments[moment]), moment + 1);
    SimNode node(after);
    ASSERT_TRUE(node.start());
    for (const DocumentMeta& meta : all) {
      ASSERT_FALSE(has_nick(*node.read_masked(SimNode::key_of(meta))));
    }
    ASSERT_TRUE(node.prune());
    ASSERT_TRUE(node.drain());
    AuditSearch search;
    search.filter.actions = {"ExpireProfileFields"};
    search.limit = 1000;
    const auto logged = node.audit().search(SimDisk::account, search);
    ASSERT_TRUE(logged);
    EXPECT_EQ(logged->entries.size(), all.size()) << "each once";
    for (const DocumentMeta& meta : all) {
      const auto row = node.loop().run_to_end(
          node.store().read(SimNode::key_of(meta), meta.version, Rendition::full, Instant::min()));
      ASSERT_TRUE(row);
      const std::string hash = to_hex(sha256(row->version.full));
      ASSERT_TRUE(std::ranges::any_of(logged->entries, [&hash](const std::string& entry) {
        return entry.find(hash) != std::string::npos;
      }));
    }
    ASSERT_TRUE(node.put_custom_fields("{}"));
    for (const DocumentMeta& meta : all) {
      ASSERT_FALSE(has_nick(*node.unmask(SimNode::key_of(meta))));
    }
    after.files.cut_power(after.random);
  }
}

}  // namespace
}  // namespace velum::retention_test
