#include "cli/import.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

#include "cli/for_test.h"
#include "io/handoff.h"
#include "io/sim_file.h"

namespace velum {
namespace {

// A store that answers each document a little later, in groups, as a real one does.
class FakeTarget final : public ImportTarget {
 public:
  explicit FakeTarget(EventLoop& loop) : loop_(loop) {}

  Task<Result<ImportOutcome>> put(WipedText document) override {
    most_waiting_ = std::max(most_waiting_, ++waiting_);
    const auto later = [this](Resolve<int> resolve) {
      boost::asio::post(loop_.context(), [resolve = std::move(resolve)] { resolve(0); });
    };
    co_await suspend<int>(later);
    --waiting_;
    const std::string text(view(document));
    if (const auto found = errors_.find(text); found != errors_.end()) {
      co_return Error(found->second, "not this one");
    }
    co_return documents_.insert(text).second ? ImportOutcome::imported
                                             : ImportOutcome::already_there;
  }
  Result<void> check(std::string_view document) override {
    const auto found = errors_.find(std::string(document));
    if (found != errors_.end()) return Error(found->second, "not this one");
    return {};
  }

  std::map<std::string, ErrorCode> errors_;
  std::set<std::string> documents_;
  std::size_t most_waiting_ = 0;

 private:
  EventLoop& loop_;
  std::size_t waiting_ = 0;
};

class ImportTest : public testing::Test {
 protected:
  Result<ImportCounts> import(const std::string& text, ImportMode mode = ImportMode::write) {
    auto reader = *RecordReader::open(std::make_unique<TextInput>(text, 4096), std::nullopt);
    RejectFile rejects(files_, "./r", reader.header_text());
    const ColumnMap map = *ColumnMap::with("");
    Importer importer(reader, map, target_, rejects);
    rejected_.clear();
    std::uint64_t progress = 0;
    const ImportReport report{[this](std::uint64_t line, const Error&) { rejected_.insert(line); },
                              [&progress](const ImportCounts&) { ++progress; }};
    const auto ended = importer.run(loop_, mode, report);
    last_counts_ = importer.counts();
    if (!ended) return ended.error();
    EXPECT_EQ(progress, last_counts_.imported + last_counts_.already_there + last_counts_.rejected);
    return importer.counts();
  }
  std::string content(const std::string& path) {
    return std::string(as_text(files_.content(path)));
  }

  EventLoop loop_;
  SimFileSystem files_;
  FakeTarget target_{loop_};
  ImportCounts last_counts_;
  std::set<std::uint64_t> rejected_;
};

std::string csv_of(int count) {
  std::string text = "email,n\n";
  for (int index = 0; index < count; ++index) {
    text += std::to_string(index) + "@example.com," + std::to_string(index) + "\n";
  }
  return text;
}

TEST_F(ImportTest, TakesEveryRecordOnceManyAtATime) {
  const auto counts = import(csv_of(3000));
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->imported, 3000U);
  EXPECT_EQ(target_.documents_.size(), 3000U);
  EXPECT_EQ(target_.most_waiting_, Importer::in_flight_max);
  const auto again = import(csv_of(3100));
  EXPECT_EQ(again->imported, 100U);
  EXPECT_EQ(again->already_there, 3000U);
  EXPECT_FALSE(*files_.exists("./r"));
}

TEST_F(ImportTest, KeepsWhatItRejectsAsItWas) {
  target_.errors_[R"({"email":"bad","n":"say \"x\""})"] = ErrorCode::invalid_field;
  target_.errors_[R"({"email":"card"})"] = ErrorCode::card_data;
  const std::string text = "email,n\ngood,1\nbad,\"say \"\"x\"\"\"\r\nshort\ncard,\n";
  const auto counts = import(text);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->imported, 1U);
  EXPECT_EQ(counts->rejected, 3U);
  EXPECT_EQ(rejected_, (std::set<std::uint64_t>{3, 4, 5}));
  const std::string kept = content("./r");
  EXPECT_TRUE(kept.starts_with("email,n\n")) << kept;
  for (const char* line : {"bad,\"say \"\"x\"\"\"\n", "short\n", "card,\n"}) {
    EXPECT_NE(kept.find(line), std::string::npos) << line;
  }
  // A second one gets a name of its own.
  ASSERT_TRUE(import(text));
  EXPECT_EQ(content("./r"), kept);
  EXPECT_EQ(content("./r.2").size(), kept.size());
}

TEST_F(ImportTest, AQuoteThatDoesNotEndTakesOneRecordOnly) {
  std::string text = csv_of(12'000);
  text.insert(text.find('\n') + 1, "\"it,goes on\n");
  const auto counts = import(text);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->imported, 12'000U);
  EXPECT_EQ(rejected_, (std::set<std::uint64_t>{2}));
  EXPECT_EQ(content("./r"), "email,n\n\"it,goes on\n");
}

TEST_F(ImportTest, KeepsALineThatIsTooLongWhole) {
  const std::string big(5 * record_size_max_bytes, 'x');
  const auto counts = import("email,n\n" + big + "\ngood,1\n");
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->imported, 1U);
  EXPECT_EQ(rejected_, (std::set<std::uint64_t>{2}));
  EXPECT_TRUE(content("./r") == "email,n\n" + big + "\n");
}

TEST_F(ImportTest, ADryRunChecksAndWritesNothing) {
  target_.errors_[R"({"email":"bad"})"] = ErrorCode::masked_value;
  const auto counts = import("{\"email\":\"good\"}\n{\"email\":\"bad\"}\n", ImportMode::dry_run);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->imported, 1U);
  EXPECT_EQ(counts->rejected, 1U);
  EXPECT_TRUE(target_.documents_.empty());
  EXPECT_FALSE(*files_.exists("./r"));
}

// A store that fails is no fault of a record: nothing is rejected, and what was acknowledged is
// counted.
TEST_F(ImportTest, EndsWhenTheStoreFails) {
  for (const ErrorCode code : {ErrorCode::storage_unavailable, ErrorCode::audit_unavailable,
                               ErrorCode::io, ErrorCode::not_found}) {
    target_.documents_.clear();
    target_.errors_[R"({"email":"1000@example.com","n":"1000"})"] = code;
    const auto counts = import(csv_of(100'000));
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.error().code(), code);
    EXPECT_EQ(last_counts_.imported, target_.documents_.size());
    EXPECT_LT(target_.documents_.size(), 1000 + 2 * Importer::in_flight_max);
    EXPECT_TRUE(rejected_.empty());
  }
}

TEST_F(ImportTest, EndsWhenTheRejectsCannotBeKept) {
  files_.fail_path("./r", ErrorCode::no_space);
  const auto counts = import("email,n\nshort\n");
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code(), ErrorCode::no_space);
}

}  // namespace
}  // namespace velum
