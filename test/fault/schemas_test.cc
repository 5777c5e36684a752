// Schemas that change under documents that are there, and the job that follows: at any moment a
// masked read shows what both marks allow, the one that a rendition was made under and the current.

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <set>

#include "audit/log_reader.h"
#include "json/value.h"
#include "schema/conditions.h"
#include "test/fault/sim_node.h"

namespace velum::schemas_test {
namespace {

std::string field(std::string_view name, std::string_view marks) {
  std::string text("\"");
  text.append(name).append(R"(":{"type":"string","sensitive":true,)").append(marks).append("}");
  return text;
}
constexpr std::string_view clear = R"("pii":false)";
constexpr std::string_view pii = R"("pii":true)";
constexpr std::string_view fixed = R"("pii":true,"mask":"fixed")";

std::string level(std::string_view marks) {
  return "{" + field("level", marks) + "}";
}

std::string member(const Result<std::string>& document, std::string_view name) {
  if (!document) return std::string(document.error().message());
  const auto parsed = json::Document::parse(*document);
  const json::Value* const value = parsed ? parsed->root().find(name) : nullptr;
  return value == nullptr ? "absent" : std::string(value->text());
}

class Schemas : public testing::Test {
 protected:
  Schemas() : node_(disk_) {}

  void SetUp() override { ASSERT_TRUE(node_.start()); }

  RecordKey known(std::string_view email, std::string_view level) {
    const auto made = node_.create(R"({"email":")" + std::string(email) + R"(","level":")" +
                                   std::string(level) + "\"}");
    EXPECT_TRUE(made);
    first_ = made->version;
    return SimNode::key_of(*made);
  }
  std::string shown(const RecordKey& key, std::optional<VersionId> version = std::nullopt) {
    return member(node_.read_masked(key, version), "level");
  }
  JobId put(std::string_view custom) {
    const auto change = node_.put_custom_fields(custom);
    EXPECT_TRUE(change && change->job);
    return change && change->job ? *change->job : JobId();
  }
  // Entries of the jobs in the log, and how many documents they name.
  std::pair<int, std::uint64_t> remasked() {
    EXPECT_TRUE(node_.drain());
    std::pair<int, std::uint64_t> sum;
    const auto each = [&sum](std::string_view entry) -> Result<void> {
      const auto parsed = json::Document::parse(entry);
      if (parsed->root().find("action")->text() != "RemaskDocuments") return {};
      EXPECT_EQ(parsed->root().find("internalUse")->text(), "remask");
      ++sum.first;
      sum.second += std::stoull(std::string(parsed->root().find("count")->text()));
      return {};
    };
    EXPECT_TRUE(read_audit(disk_.files, "./audit", each));
    return sum;
  }

  SimDisk disk_{1};
  SimNode node_;
  VersionId first_;
};

TEST_F(Schemas, StricterIsAtOnceAndLooserWhenTheJobIsDone) {
  put(level(clear));
  const RecordKey ana = known("ana@example.com", "Diamante");
  ASSERT_TRUE(node_.patch(ana, R"({"firstName":"Ana"})"));
  EXPECT_EQ(shown(ana), "Diamante");
  EXPECT_EQ(shown(ana, first_), "Diamante");
  EXPECT_EQ(member(node_.read_masked_elsewhere(ana), "level"), "Diamante");

  put(level(pii));
  EXPECT_EQ(shown(ana), "D*******");
  EXPECT_EQ(shown(ana, first_), "D*******");
  EXPECT_EQ(member(node_.read_masked_elsewhere(ana), "level"), "D*******");
  EXPECT_EQ(member(node_.read_masked(ana), "firstName"), "A**");
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(shown(ana), "D*******");
  EXPECT_EQ(member(node_.read_masked(ana), "firstName"), "A**");

  const JobId job = put(level(clear));
  EXPECT_EQ(node_.job(job)->state, JobState::in_progress);
  EXPECT_EQ(shown(ana), "D*******");
  EXPECT_EQ(shown(ana, first_), "D*******");
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(node_.job(job)->state, JobState::success);
  EXPECT_EQ(node_.job(job)->done, 2U);
  EXPECT_EQ(node_.job(job)->total, 2U);
  EXPECT_EQ(shown(ana), "Diamante");
  EXPECT_EQ(shown(ana, first_), "Diamante");
  EXPECT_EQ(member(node_.read_masked_elsewhere(ana), "level"), "Diamante");
}

// Between two revisions a field may be clear, hidden, or hidden in another way.
TEST_F(Schemas, EachWayFromOneMarkToAnother) {
  struct Case {
    std::string_view was, now, before_job, after_job;
  };
  static constexpr Case cases[] = {
      {clear, pii, "D*******", "D*******"}, {clear, fixed, "D***", "D***"},
      {pii, clear, "D*******", "Diamante"}, {pii, fixed, "***", "D***"},
      {fixed, clear, "D***", "Diamante"},   {fixed, pii, "D***", "D*******"},
  };
  int number = 0;
  for (const Case& c : cases) {
    ASSERT_TRUE(node_.put_custom_fields(level(c.was)));
    ASSERT_TRUE(node_.remask());
    const RecordKey key = known("ana" + std::to_string(++number) + "@example.com", "Diamante");
    put(level(c.now));
    EXPECT_EQ(shown(key), c.before_job) << c.was << " then " << c.now;
    ASSERT_TRUE(node_.remask());
    EXPECT_EQ(shown(key), c.after_job) << c.was << " then " << c.now;
  }
}

TEST_F(Schemas, AJobIsOnRecordWithWhatItOpened) {
  for (int count = 0; count < 150; ++count) {
    known("a" + std::to_string(count) + "@example.com", "Prata");
  }
  EXPECT_EQ(remasked(), std::pair(0, std::uint64_t{0}));
  const JobId job = put(level(clear));
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(remasked(), std::pair(3, std::uint64_t{150})) << "64 a commit";
  EXPECT_EQ(node_.job(job)->done, 150U);
  EXPECT_EQ(node_.job(job)->total, 150U);
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(remasked(), std::pair(3, std::uint64_t{150})) << "nothing is left to do";
}

TEST_F(Schemas, ACommitOfAJobHoldsSoManyBytes) {
  const std::string text(250'000, 'a');
  for (int count = 0; count < 20; ++count) {
    known("a" + std::to_string(count) + "@example.com", text);
  }
  const JobId job = put(level(clear));
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(remasked(), std::pair(2, std::uint64_t{20})) << "4 MiB a commit";
  EXPECT_EQ(node_.job(job)->state, JobState::success);
  EXPECT_EQ(node_.job(job)->done, 20U);
}

TEST_F(Schemas, WhoIsErasedMeanwhileStaysSo) {
  const RecordKey ana = known("ana@example.com", "Prata");
  const RecordKey bia = known("bia@example.com", "Ouro");
  const JobId job = put(level(clear));
  ASSERT_TRUE(node_.erase("ana@example.com"));
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(node_.read_masked(ana).error().code(), ErrorCode::not_found);
  EXPECT_EQ(node_.job(job)->state, JobState::success);
  EXPECT_EQ(node_.job(job)->done, 1U);
  EXPECT_EQ(shown(bia), "Ouro");
}

TEST_F(Schemas, WhatHangsOnAProfileHasItsOwnSchema) {
  const RecordKey ana = known("ana@example.com", "Prata");
  constexpr EntityId entity = EntityId::purchase_info;
  ASSERT_TRUE(node_.put_only(entity, ana, R"({"level":"Ouro"})"));
  ASSERT_TRUE(node_.put_custom_fields(level(clear), entity));
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(member(node_.read_only_part(entity, ana), "level"), "Ouro");
  EXPECT_EQ(shown(ana), "P****");
  ASSERT_TRUE(node_.put_custom_fields("{}", entity));
  EXPECT_EQ(member(node_.read_only_part(entity, ana), "level"), "O***");
}

// What a read showed under the old mark is no data when it is sent back under the new one.
TEST_F(Schemas, AMaskThatWasReadBeforeTheJobIsKnownForOne) {
  const RecordKey ana = known("ana@example.com", "Diamante");
  put(level(clear));
  const std::string mask = shown(ana);
  ASSERT_EQ(mask, "D*******");
  ASSERT_TRUE(node_.patch(ana, R"({"gender":"f","level":")" + mask + "\"}"));
  EXPECT_EQ(member(node_.unmask(ana), "level"), "Diamante");
  EXPECT_EQ(shown(ana), "Diamante") << "a write is under the new schema";
}

TEST_F(Schemas, ConditionsAreNotHeldAgainstAnOlderMask) {
  const RecordKey ana = known("ana@example.com", "Diamante");
  put(level(clear));
  ASSERT_EQ(shown(ana), "D*******");
  const auto asked = Conditions::read(node_.account().schema_of(EntityId::profile),
                                      R"({"conditions":[{"field":"level","equals":"Diamante"},)"
                                      R"({"field":"level","equals":"D*******"}]})");
  ASSERT_TRUE(asked);
  const auto answers = node_.run(node_.engine().check_conditions(node_.caller(), ana, *asked));
  ASSERT_TRUE(answers);
  EXPECT_EQ(*answers, (std::vector<bool>{true, false}));
}

// Its ETag is still right.
TEST_F(Schemas, AMaskThatWasReadBeforeTheJobIsKnownForOneAfterIt) {
  const RecordKey ana = known("ana@example.com", "Diamante");
  const std::string mask = shown(ana);
  put(level(clear));
  ASSERT_TRUE(node_.remask());
  ASSERT_EQ(shown(ana), "Diamante");
  ASSERT_TRUE(node_.patch(ana, R"({"gender":"f","level":")" + mask + "\"}"));
  EXPECT_EQ(member(node_.unmask(ana), "level"), "Diamante");
  ASSERT_TRUE(node_.patch(ana, R"({"level":"Ouro"})"));
  EXPECT_EQ(shown(ana), "Ouro");
}

TEST_F(Schemas, AJobThatIsStoppedGoesOnWhereItWas) {
  for (int count = 0; count < 200; ++count) {
    known("a" + std::to_string(count) + "@example.com", "Prata");
  }
  const JobId job = put(level(clear));
  const auto stop_until = [this](const std::function<bool()>& reached) {
    for (int events = 1; !reached(); ++events) {
      ASSERT_LT(events, 100);
      node_.remask_and_stop(events);
    }
  };
  stop_until([&] { return !node_.job(job)->cursor.empty(); });
  stop_until([&] { return node_.job(job)->done > 0; });
  const std::uint64_t done = node_.job(job)->done;
  EXPECT_EQ(node_.job(job)->state, JobState::in_progress);
  EXPECT_LT(done, 200U);
  EXPECT_EQ(remasked().second, done);
  ASSERT_TRUE(node_.remask());
  EXPECT_EQ(node_.job(job)->state, JobState::success);
  EXPECT_EQ(node_.job(job)->done, 200U);
}

TEST(SchemasMaskedOnly, AProcessThatCannotUnmaskMasksFurtherAndLeavesTheJob) {
  SimDisk disk(4);
  RecordKey key;
  JobId job;
  {
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    ASSERT_TRUE(node.put_custom_fields(level(clear)));
    key = SimNode::key_of(*node.create(R"({"email":"ana@example.com","level":"Prata"})"));
  }
  {
    SimNodeOptions options;
    options.keys = KeyScope::masked_only;
    SimNode node(disk, options);
    ASSERT_TRUE(node.start());
    EXPECT_EQ(member(node.read_masked(key), "level"), "Prata");
    job = *node.put_custom_fields(level(fixed))->job;
    EXPECT_EQ(member(node.read_masked(key), "level"), "P***");
    ASSERT_TRUE(node.remask());
    EXPECT_EQ(node.job(job)->state, JobState::in_progress);
  }
  SimNode node(disk);
  ASSERT_TRUE(node.start());
  ASSERT_TRUE(node.remask());
  EXPECT_EQ(node.job(job)->state, JobState::success);
  EXPECT_EQ(node.job(job)->done, 1U);
}

TEST_F(Schemas, TwoAtOnceDoNotBothWin) {
  std::vector<std::string> bodies;
  for (int number = 0; number < 8; ++number) {
    bodies.push_back("{" + field("f" + std::to_string(number), clear) + "}");
  }
  const std::vector<Result<SchemaChange>> changes = node_.put_at_once(bodies);
  std::set<std::uint32_t> revisions;
  for (std::size_t i = 0; i < changes.size(); ++i) {
    ASSERT_TRUE(changes[i]);
    EXPECT_NE(changes[i]->schema->custom_fields().find("\"f" + std::to_string(i) + "\""),
              std::string_view::npos);
    revisions.insert(changes[i]->schema->revision());
  }
  EXPECT_EQ(revisions.size(), 8U);
  EXPECT_EQ(*revisions.rbegin(), 9U);
  EXPECT_EQ(node_.account().schema_of(EntityId::profile).revision(), 9U);
}

// A life of random changes, writes and jobs, with a model that knows under which revision each
// rendition was made.
class Model {
 public:
  Model(SimNode& node, std::uint64_t seed) : node_(node), random_(seed) {}

  void live(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      switch (random_() % 6) {
        case 0: change_schema(); break;
        case 1: create(); break;
        case 2: patch(); break;
        case 3:
          if (random_() % 2 == 0) remask();
          break;
        default: look();
      }
    }
    look();
  }

 private:
  struct Known {
    RecordKey key;
    VersionId version;
    std::string document;
    std::shared_ptr<const Schema> made_under;
  };

  void change_schema() {
    std::string custom;
    for (const char* name : {"a", "b", "c"}) {
      static constexpr std::string_view marks[] = {clear, pii, fixed};
      const auto mark = random_() % 4;
      if (mark == 3) continue;
      custom += (custom.empty() ? "" : ",") + field(name, marks[mark]);
    }
    const auto change = node_.put_custom_fields("{" + custom + "}");
    ASSERT_TRUE(change);
    current_ = *Schema::with_custom_fields(EntityId::profile, change->schema->revision(),
                                           change->schema->custom_fields());
  }
  std::string text() {
    static constexpr std::string_view texts[] = {"Ana Silva", "7",       "",        "A*",
                                                 "*",         "Zoë dos", "x@y.com", "Prata"};
    return std::string(texts[random_() % 8]);
  }
  std::string body() {
    return R"({"email":"m)" + std::to_string(people_) + R"(@example.com","a":")" + text() +
           R"(","b":")" + text() + R"(","c":")" + text() + "\"}";
  }
  void create() {
    ++people_;
    const std::string document = body();
    const auto made = node_.create(document);
    if (!made) return;  // "*" looks like a mask where the field is PII.
    all_.push_back({SimNode::key_of(*made), made->version, document, current_});
    newest_.push_back(all_.size() - 1);
  }
  void patch() {
    if (newest_.empty()) return;
    std::size_t& newest = newest_[random_() % newest_.size()];
    const auto made = node_.patch(all_[newest].key, R"({"gender":"f"})");
    ASSERT_TRUE(made);
    std::string document = all_[newest].document;
    if (document.find("gender") == std::string::npos) {
      document.replace(document.size() - 1, 1, R"(,"gender":"f"})");
    }
    all_.push_back({all_[newest].key, made->version, document, current_});
    newest = all_.size() - 1;
  }
  void remask() {
    ASSERT_TRUE(node_.remask());
    for (Known& known : all_) known.made_under = current_;
  }
  void look() {
    for (int count = 0; count < 5 && !all_.empty(); ++count) {
      const Known& known = all_[random_() % all_.size()];
      const auto document = json::Document::parse(known.document);
      WipedText rendition;
      known.made_under->mask_document(MaskStyle::documented, document->root(), rendition);
      WipedText want;
      current_->mask_further(MaskStyle::documented, *known.made_under,
                             json::Document::parse(view(rendition))->root(), want);
      const auto shown = node_.read_masked(known.key, known.version);
      ASSERT_TRUE(shown);
      EXPECT_EQ(*shown, view(want));
    }
  }

  SimNode& node_;
  std::mt19937_64 random_;
  std::shared_ptr<const Schema> current_ = Schema::default_for(EntityId::profile);
  std::vector<Known> all_;
  std::vector<std::size_t> newest_;
  int people_ = 0;
};

TEST(SchemasModel, AReadShowsWhatBothMarksAllow) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    SimDisk disk(seed);
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    Model(node, seed).live(150);
  }
}

// The power goes before each call of the disk that a change and its job make.
TEST(SchemasCrash, AJobGoesOnAfterACrashAtAnyMoment) {
  SimDisk disk(3);
  std::vector<RecordKey> keys;
  std::vector<SimFileSystem> moments;
  {
    SimNode node(disk);
    ASSERT_TRUE(node.start());
    for (int count = 0; count < 130; ++count) {
      const auto made = node.create(R"({"email":"c)" + std::to_string(count) +
                                    R"(@example.com","level":"Prata"})");
      ASSERT_TRUE(made);
      keys.push_back(SimNode::key_of(*made));
    }
    ASSERT_TRUE(node.drain());
    disk.files.capture_before_calls(
        [&moments](SimFileSystem files) { moments.push_back(std::move(files)); });
    ASSERT_TRUE(node.put_custom_fields(level(clear)));
    ASSERT_TRUE(node.remask());
    disk.files.capture_before_calls({});
  }
  int resumed = 0;
  for (std::size_t moment = 0; moment < moments.size(); ++moment) {
    SCOPED_TRACE("moment " + std::to_string(moment));
    SeededRandom random(moment);
    moments[moment].crash(random);
    SimDisk after(disk, std::move(moments[moment]), moment + 1);
    SimNode node(after);
    ASSERT_TRUE(node.start());
    const bool is_changed = node.account().schema_of(EntityId::profile).revision() == 2;
    const std::string want = is_changed ? "Prata" : "P****";
    const auto open = node.loop().run_to_end(node.store().open_jobs(SimDisk::account));
    ASSERT_TRUE(open);
    if (!open->empty() && open->front().done > 0) ++resumed;
    ASSERT_TRUE(node.remask());
    for (const RecordKey& key : keys) {
      ASSERT_EQ(member(node.read_masked(key), "level"), want);
    }
    ASSERT_TRUE(node.loop().run_to_end(node.store().open_jobs(SimDisk::account))->empty());
    if (!open->empty()) {
      const auto job = node.job(open->front().id);
      EXPECT_EQ(job->state, JobState::success);
      EXPECT_EQ(job->done, keys.size());
    }
    after.files.cut_power(after.random);
  }
  EXPECT_GT(resumed, 0);
}

}  // namespace
}  // namespace velum::schemas_test
