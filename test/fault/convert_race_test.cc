// Two at once about one subject, on two loops' engines: whichever comes first, both answers and
// what is there afterwards fit together.

#include <gtest/gtest.h>

#include "test/fault/forwarding_store.h"
#include "test/fault/rita.h"

namespace velum::convert_race_test {
namespace {

const std::string renaming = R"({"lastName":"Prado"})";
const std::string street = R"({"route":"Rua Um"})";

template <typename T>
Task<void> keep(Task<T> task, std::optional<T>& into) {
  into.emplace(co_await std::move(task));
}

// When the second begins.
struct Moment {
  // After so many steps of the first; or, if `together`, when the first waits for the disk, which
  // does not go on before the second waits too.
  int steps = 0;
  bool together = false;
};

std::vector<Moment> moments() {
  std::vector<Moment> all{{0, true}};
  for (int steps = 0; steps < 12; ++steps) all.push_back({steps, false});
  return all;
}

template <typename One, typename Other>
struct Answers {
  std::optional<One> one;
  std::optional<Other> other;
};

template <typename One, typename Other>
Answers<One, Other> race(SimNode& node, Moment moment, Task<One> one, Task<Other> other) {
  Answers<One, Other> answers;
  auto& context = node.loop().context();
  SimFileSystem& files = node.disk().files;
  context.restart();
  if (moment.together) files.hang_syncs("data.db");
  node.loop().start(keep(std::move(one), answers.one));
  for (int step = 0; step < moment.steps && !answers.one; ++step) context.run_one();
  if (moment.together) context.poll();
  node.disk().clock.advance(Ticks(1000));
  context.restart();
  node.loop().start(keep(std::move(other), answers.other));
  if (moment.together) {
    context.poll();
    files.release_syncs();
  }
  while (!answers.one || !answers.other) VELUM_CHECK(context.run_one() > 0);
  return answers;
}

ErrorCode code_of(const Result<DocumentView>& answer) {
  return answer ? ErrorCode::cancelled : answer.error().code();
}

class ConvertRace : public testing::TestWithParam<Moment> {
 protected:
  ConvertRace() : disk_(1), node_(disk_) {}
  void SetUp() override {
    ASSERT_TRUE(node_.start());
    rita_.emplace(node_);
  }

  // By one engine or by the other.
  Task<Result<DocumentView>> convert(DocumentEngine& engine) {
    return engine.convert(node_.caller(EntityId::prospect), rita_->key(), WriteOptions());
  }
  Task<Result<DocumentView>> rename(DocumentEngine& engine) {
    return engine.patch(node_.caller(EntityId::prospect), rita_->key(), renaming, WriteOptions());
  }
  Task<Result<void>> remove(DocumentEngine& engine) {
    return engine.remove(node_.caller(EntityId::prospect), rita_->key(), std::nullopt);
  }
  Task<Result<DocumentView>> add_address(DocumentEngine& engine) {
    return engine.create(node_.caller(EntityId::address), rita_->key(), street, WriteOptions());
  }
  Task<Result<std::uint32_t>> erase() {
    return node_.eraser().erase_by_email(node_.caller(), Sensitive(Rita::email));
  }

  void expect_renamed_or_not(const Result<DocumentView>& converted,
                             const Result<DocumentView>& renamed) {
    EXPECT_TRUE(converted);
    if (!renamed) {
      EXPECT_EQ(code_of(renamed), ErrorCode::not_found);
    }
    EXPECT_EQ(rita_->judge(node_, renamed ? "Prado" : ""), Being::profile);
  }
  void expect_gone_or_profile(const Result<DocumentView>& converted, const Result<void>& removed) {
    if (!converted) {
      EXPECT_EQ(code_of(converted), ErrorCode::not_found);
    }
    // Who was converted is no prospect that could be deleted as one.
    EXPECT_NE(converted.has_value(), removed.has_value());
    EXPECT_EQ(rita_->judge(node_), removed ? Being::gone : Being::profile);
  }

  SimDisk disk_;
  SimNode node_;
  std::optional<Rita> rita_;
};

TEST_P(ConvertRace, TwoConversionsAreOne) {
  const auto answers =
      race(node_, GetParam(), convert(node_.engine()), convert(node_.engine_elsewhere()));
  ASSERT_TRUE(*answers.one && *answers.other);
  EXPECT_EQ((*answers.one)->meta.version, (*answers.other)->meta.version);
  EXPECT_EQ(rita_->judge(node_), Being::profile);
}

TEST_P(ConvertRace, AChangeIsInTheProfileOrFindsNoProspect) {
  const auto answers =
      race(node_, GetParam(), convert(node_.engine()), rename(node_.engine_elsewhere()));
  expect_renamed_or_not(*answers.one, *answers.other);
}

TEST_P(ConvertRace, AChangeThatCameFirstIsInTheProfile) {
  const auto answers =
      race(node_, GetParam(), rename(node_.engine()), convert(node_.engine_elsewhere()));
  ASSERT_TRUE(*answers.one);
  expect_renamed_or_not(*answers.other, *answers.one);
}

TEST_P(ConvertRace, AProspectIsDeletedOrConverted) {
  const auto answers =
      race(node_, GetParam(), convert(node_.engine()), remove(node_.engine_elsewhere()));
  expect_gone_or_profile(*answers.one, *answers.other);
}

TEST_P(ConvertRace, AProspectIsDeletedFirst) {
  const auto answers =
      race(node_, GetParam(), remove(node_.engine()), convert(node_.engine_elsewhere()));
  expect_gone_or_profile(*answers.other, *answers.one);
}

TEST_P(ConvertRace, AnErasureLeavesNothingOfAConversion) {
  const auto answers = race(node_, GetParam(), convert(node_.engine_elsewhere()), erase());
  ASSERT_TRUE(*answers.other);
  EXPECT_EQ(**answers.other, 1U);
  EXPECT_EQ(rita_->judge(node_), Being::gone);
}

TEST_P(ConvertRace, AConversionLeavesNothingAfterAnErasure) {
  const auto answers = race(node_, GetParam(), erase(), convert(node_.engine_elsewhere()));
  ASSERT_TRUE(*answers.one);
  EXPECT_EQ(**answers.one, 1U);
  EXPECT_EQ(rita_->judge(node_), Being::gone);
}

TEST_P(ConvertRace, AnAddressIsErasedWithItsProfileOrNotMade) {
  ASSERT_TRUE(node_.run(convert(node_.engine())));
  const auto answers = race(node_, GetParam(), erase(), add_address(node_.engine_elsewhere()));
  ASSERT_TRUE(*answers.one);
  if (!*answers.other) {
    EXPECT_EQ(code_of(*answers.other), ErrorCode::not_found);
  }
  EXPECT_EQ(rita_->judge(node_), Being::gone);
}

INSTANTIATE_TEST_SUITE_P(Moments, ConvertRace, testing::ValuesIn(moments()));

// Converts somebody when so many look-ups have been answered.
class ConvertingStore final : public ForwardingStore {
 public:
  ConvertingStore(SimNode& node, const Rita& rita, int at_find)
      : ForwardingStore(node.store()), node_(node), rita_(rita), finds_left_(at_find) {}

  Task<Result<std::vector<RecordKey>>> find(AccountId account, LookupField field, Bytes digest,
                                            Instant now) override {
    auto found = co_await ForwardingStore::find(account, field, std::move(digest), now);
    if (--finds_left_ == 0) {
      auto conversion = node_.engine_elsewhere().convert(node_.caller(EntityId::prospect),
                                                         rita_.key(), WriteOptions());
      static_cast<void>((co_await std::move(conversion)).has_value());
    }
    co_return found;
  }

 private:
  SimNode& node_;
  const Rita& rita_;
  int finds_left_;
};

// Whoever becomes a profile while they are looked for is found as the one or as the other.
TEST(ConvertDuringErasure, WhoIsLookedForIsFound) {
  for (int at_find = 1; at_find <= 4; ++at_find) {
    SCOPED_TRACE("look-up " + std::to_string(at_find));
    SimDisk disk(1);
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    const Rita rita(node);
    ConvertingStore store(node, rita, at_find);
    NoLog log;
    Eraser eraser({store, node.audit(), node.ledger(), disk.clock, disk.random, log});
    const auto erased = node.run(eraser.erase_by_email(node.caller(), Sensitive(Rita::email)));
    ASSERT_TRUE(erased);
    EXPECT_EQ(*erased, 1U);
    EXPECT_EQ(rita.judge(node), Being::gone);
  }
}

// Somebody else is always a moment faster.
class BusyStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  Task<Result<void>> commit(WriteBatch /*batch*/) override {
    ++commits;
    co_return Error(ErrorCode::version_mismatch, "it has another version by now");
  }

  int commits = 0;
};

// Who named no version is not told of one that was named.
TEST(LostRaces, EndInAConflictOrInTheVersionThatWasNamed) {
  SimDisk disk(1);
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  const Rita rita(node);
  BusyStore store(node.store());
  DocumentEngine engine({store, node.audit(), node.ledger(), disk.clock, disk.random});
  const Caller caller = node.caller(EntityId::prospect);
  const auto shown = node.run(node.engine().read_masked(caller, rita.key(), std::nullopt));
  ASSERT_TRUE(shown);
  WriteOptions named;
  named.if_match = shown->meta.version;

  EXPECT_EQ(code_of(node.run(engine.convert(caller, rita.key(), {}))), ErrorCode::conflict);
  EXPECT_GT(store.commits, 2);
  EXPECT_EQ(code_of(node.run(engine.patch(caller, rita.key(), renaming, {}))), ErrorCode::conflict);
  store.commits = 0;
  EXPECT_EQ(code_of(node.run(engine.convert(caller, rita.key(), named))),
            ErrorCode::version_mismatch);
  EXPECT_EQ(code_of(node.run(engine.patch(caller, rita.key(), renaming, named))),
            ErrorCode::version_mismatch);
  EXPECT_EQ(store.commits, 3);
}

}  // namespace
}  // namespace velum::convert_race_test
