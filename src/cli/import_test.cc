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

  Task<Result<RowOutcome>> put(WipedText row) override {
    most_waiting_ = std::max(most_waiting_, ++waiting_);
    const auto later = [this](Resolve<int> resolve) {
      boost::asio::post(loop_.context(), [resolve = std::move(resolve)] { resolve(0); });
    };
    co_await suspend<int>(later);
    --waiting_;
    const std::string text(view(row));
    if (const auto found = errors_.find(text); found != errors_.end()) {
      co_return Error(found->second, "not this one");
    }
    RowOutcome outcome;
    (rows_.insert(text).second ? outcome.made : outcome.already_there).add(EntityId::profile);
    co_return outcome;
  }
  Result<RowOutcome> check(std::string_view row) override {
    const auto found = errors_.find(std::string(row));
    if (found != errors_.end()) return Error(found->second, "not this one");
    RowOutcome outcome;
    outcome.made.add(EntityId::profile);
    return outcome;
  }

  std::map<std::string, ErrorCode> errors_;
  std::set<std::string> rows_;
  std::size_t most_waiting_ = 0;

 private:
  EventLoop& loop_;
  std::size_t waiting_ = 0;
};

class ImportTest : public testing::Test {
 protected:
  struct Counts {
    std::uint64_t imported, already_there, rejected;
  };

  Result<Counts> import(const std::string& text, ImportMode mode = ImportMode::write,
                        Layout layout = Layout::master_data) {
    auto reader = *RecordReader::open(std::make_unique<TextInput>(text, 4096), std::nullopt);
    RejectFile rejects(files_, "./r", reader.header_text());
    const ColumnMap map = *ColumnMap::with(layout, "");
    const RowMaker maker(map, reader.columns(), nullptr);
    Importer importer(reader, maker, target_, rejects);
    rejected_.clear();
    std::uint64_t progress = 0;
    const ImportReport report{[this](std::uint64_t line, const Error&) { rejected_.insert(line); },
                              [&progress](const ImportCounts&) { ++progress; }};
    const auto ended = importer.run(loop_, mode, report);
    const ImportCounts& counts = importer.counts();
    last_counts_ = {counts.all().imported, counts.all().already_there, counts.rejected};
    if (!ended) return ended.error();
    if (layout == Layout::master_data) EXPECT_EQ(progress, counts.records);
    return last_counts_;
  }
  std::string content(const std::string& path) {
    return std::string(as_text(files_.content(path)));
  }

  EventLoop loop_;
  SimFileSystem files_;
  FakeTarget target_{loop_};
  Counts last_counts_{};
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
  EXPECT_EQ(target_.rows_.size(), 3000U);
  EXPECT_EQ(target_.most_waiting_, Importer::in_flight_max);
  const auto again = import(csv_of(3100));
  EXPECT_EQ(again->imported, 100U);
  EXPECT_EQ(again->already_there, 3000U);
  EXPECT_FALSE(*files_.exists("./r"));
}

TEST_F(ImportTest, KeepsWhatItRejectsAsItWas) {
  target_.errors_[R"({"profile":{"email":"bad","n":"say \"x\""}})"] = ErrorCode::invalid_field;
  target_.errors_[R"({"profile":{"email":"card"}})"] = ErrorCode::card_data;
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
  target_.errors_[R"({"profile":{"email":"bad"}})"] = ErrorCode::masked_value;
  const auto counts = import("{\"email\":\"good\"}\n{\"email\":\"bad\"}\n", ImportMode::dry_run);
  ASSERT_TRUE(counts);
  EXPECT_EQ(counts->imported, 1U);
  EXPECT_EQ(counts->rejected, 1U);
  EXPECT_TRUE(target_.rows_.empty());
  EXPECT_FALSE(*files_.exists("./r"));
}

// A store that fails is no fault of a record: nothing is rejected, and what was acknowledged is
// counted.
TEST_F(ImportTest, EndsWhenTheStoreFails) {
  for (const ErrorCode code : {ErrorCode::storage_unavailable, ErrorCode::audit_unavailable,
                               ErrorCode::io, ErrorCode::not_found}) {
    target_.rows_.clear();
    target_.errors_[R"({"profile":{"email":"1000@example.com","n":"1000"}})"] = code;
    const auto counts = import(csv_of(100'000));
    ASSERT_FALSE(counts);
    EXPECT_EQ(counts.error().code(), code);
    EXPECT_EQ(last_counts_.imported, target_.rows_.size());
    EXPECT_LT(target_.rows_.size(), 1000 + 2 * Importer::in_flight_max);
    EXPECT_TRUE(rejected_.empty());
  }
}

TEST_F(ImportTest, EndsWhenTheRejectsCannotBeKept) {
  files_.fail_path("./r", ErrorCode::no_space);
  const auto counts = import("email,n\nshort\n");
  ASSERT_FALSE(counts);
  EXPECT_EQ(counts.error().code(), ErrorCode::no_space);
}

// Whoever mends a reject file and imports it gives nobody the address of another.
TEST_F(ImportTest, AnAddressBehindAnEmptyLineIsNotTheCustomersBeforeIt) {
  const std::string header = "_website,email,_address_city,_address_postcode\n";
  const std::string dora = "base,dora@example.com,,\n", stray = ",,Belém,2\n";
  target_.errors_[R"({"profile":{},"parts":[{"entity":"address","document":{"locality":"Belém",)"
                  R"("postalCode":"2"}}]})"] = ErrorCode::invalid_argument;
  const auto counts =
      import(header + "\n" + dora + "\n" + stray, ImportMode::write, Layout::magento_composite);
  EXPECT_EQ(counts->imported, 1U);
  EXPECT_EQ(counts->rejected, 1U);
  EXPECT_EQ(*target_.rows_.begin(), R"({"profile":{"email":"dora@example.com"}})");
}

// Magento's file of customers with their addresses.
TEST_F(ImportTest, SeveralRecordsCanBeOneRow) {
  const std::string header = "_website,email,_address_city,_address_postcode\n";
  const std::string ana = "base,ana@example.com,Rio,1\n", bia = "base,bia@example.com,,\n";
  const std::string further = ",,Belém,2\n", last = ",,Natal,3\n";
  const auto import = [&](const std::string& text) {
    target_.rows_.clear();
    return this->import(header + text, ImportMode::write, Layout::magento_composite);
  };
  ASSERT_EQ(import(ana + further + last + bia)->imported, 2U);
  EXPECT_NE(target_.rows_.begin()->find("Natal"), std::string::npos);
  // As many as a profile has room for; the next one has nobody to belong to.
  std::string many = ana;
  for (int count = 0; count < 100; ++count) many += further;
  auto counts = import(many + bia);
  EXPECT_EQ(counts->imported, 3U);
  // What is wrong takes all of the row with it, and nothing of the next.
  target_.errors_[R"({"profile":{"email":"bia@example.com"}})"] = ErrorCode::invalid_field;
  counts = import(ana + further + bia + "base,\n" + further + last);
  EXPECT_EQ(counts->imported, 2U);
  EXPECT_EQ(rejected_, (std::set<std::uint64_t>{4, 5}));
  // The store says no a little later. The empty lines keep an address from another's customer.
  EXPECT_EQ(content("./r"), header + "\nbase,\n\n" + bia);
  // A record that is too long to hold is read on though another one was waited for.
  const std::string big(5 * record_size_max_bytes, 'x');
  counts = import(ana + further + big + "\n" + ana);
  EXPECT_EQ(rejected_, (std::set<std::uint64_t>{4}));
  EXPECT_TRUE(content("./r.2") == header + "\n" + big + "\n");
}

}  // namespace
}  // namespace velum
