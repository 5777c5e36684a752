#pragma once
// For tests: a ProfileSystem in plain memory, which masks nothing and can be interrupted; and a
// real commerce.db on a simulated disk.

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "client/profile_system.h"
#include "io/event_loop.h"
#include "io/sim_clock.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "storage/sqlite/commerce_database.h"

namespace velum {

class PeopleForTest final : public ProfileSystem {
 public:
  explicit PeopleForTest(Random& random) : random_(random) {}

  Task<Result<ShownDocument>> create(EntityId entity, std::string_view document,
                                     std::optional<std::uint32_t>) override {
    const Token subject = Token::random(random_);
    documents[RecordId(subject.uuid())] = std::string(document);
    if (before_answer) std::exchange(before_answer, nullptr)();
    co_return shown(own_document(entity, subject));
  }
  Task<Result<ShownDocument>> change(DocumentPlace place, std::string_view patch,
                                     std::optional<std::uint32_t>) override {
    if (!documents.contains(place.record)) co_return missing();
    documents[place.record] = std::string(patch);
    co_return shown(place);
  }
  Task<Result<ShownDocument>> convert(Token prospect, std::string_view) override {
    co_return shown(own_document(EntityId::profile, prospect));
  }
  Task<Result<void>> remove(DocumentPlace place) override {
    if (documents.erase(place.record) == 0) co_return missing();
    co_return Result<void>();
  }
  Task<Result<std::vector<std::optional<ShownDocument>>>> masked(
      std::vector<DocumentPlace> places) override {
    std::vector<std::optional<ShownDocument>> all;
    for (const DocumentPlace& place : places) {
      all.emplace_back();
      if (documents.contains(place.record)) all.back() = shown(place);
    }
    co_return all;
  }
  Task<Result<std::vector<ShownDocument>>> masked_parts(Token, EntityId) override {
    co_return std::vector<ShownDocument>();
  }
  Task<Result<std::vector<std::optional<ShownDocument>>>> unmask(std::vector<DocumentPlace> places,
                                                                 RevealPurpose) override {
    co_return co_await masked(std::move(places));
  }
  // "orders:email:ana@example.com": what a digest is of.
  std::vector<Bytes> pseudonyms(std::string_view recipient,
                                std::span<const PseudonymTerm> terms) const override {
    std::vector<Bytes> digests;
    for (const PseudonymTerm& term : terms) {
      Bytes& digest = digests.emplace_back();
      if (term.value.empty()) continue;
      for (const std::string_view part : {recipient, std::string_view(":"), pseudonym_name(term.of),
                                          std::string_view(":"), term.value}) {
        append(digest, as_bytes(part));
      }
    }
    return digests;
  }

  std::map<RecordId, std::string> documents;
  std::function<void()> before_answer;  // Of the next creation.

 private:
  static Error missing() { return {ErrorCode::not_found, "there is no such record"}; }
  ShownDocument shown(DocumentPlace place) {
    if (!place.version) place.version = VersionId::random(random_);
    ShownDocument document;
    document.place = place;
    append(document.document, documents[place.record]);
    return document;
  }

  Random& random_;
};

class ModulesTest : public testing::Test {
 protected:
  static constexpr AccountId account{7};

  ModulesTest() {
    auto opened = CommerceDatabase::open(files_, {"./commerce.db"}, clock_, random_, log_);
    EXPECT_TRUE(opened);
    database_ = *std::move(opened);
    store_ = *database_->make_store();
  }
  template <typename T>
  T run(Task<T> task) {
    return loop_.run_to_end(std::move(task));
  }

  SeededRandom random_{1};
  SimClock clock_;
  SimFileSystem files_;
  NoLog log_;
  EventLoop loop_;  // Outlives the database, whose threads wake it.
  std::unique_ptr<CommerceDatabase> database_;
  std::unique_ptr<CommerceStore> store_;
  PeopleForTest people_{random_};
};

}  // namespace velum
