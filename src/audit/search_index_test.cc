// The index of the search: it finds what reading everything finds, whatever state its file is in.

#include "audit/search_index.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "audit/audit_log.h"
#include "audit/filter_text.h"
#include "audit/tile_tree.h"
#include "io/event_loop.h"
#include "io/sim_file.h"
#include "io/sim_random.h"
#include "io/system_clock.h"

namespace velum::search_index_test {
namespace {

using std::chrono::minutes;

constexpr AccountId here{7};
constexpr std::uint64_t bundles = 30;
constexpr std::uint64_t count = bundles * tile_width + 44;
const std::string index_path = "./audit/loja/search-index";
const Instant start = *parse_iso_instant("2026-01-05T00:00Z");

// A log with entries of a few operators, about people of whom most are seen once.
class SearchIndexTest : public testing::Test {
 protected:
  SearchIndexTest() {
    random_.fill(seed_.mutable_bytes());
    options_.checkpoint_interval = std::chrono::hours(1);  // Only when a test asks.
    options_.append_timeout = std::chrono::minutes(1);     // A busy machine is no broken disk.
  }

  void open() {
    log_.reset();
    AuditAccount account{here, "loja", "us", ed25519_public_key(seed_),
                         [this](ByteView message) { return ed25519_sign(seed_, message); }};
    auto opened = AuditLog::open(files_, "./audit", {std::move(account)}, no_log_, options_);
    ASSERT_TRUE(opened) << opened.error().message();
    log_ = *std::move(opened);
    ASSERT_TRUE(log_->checkpoint_now());
  }
  void write(std::uint64_t entries_count) {
    std::vector<EncodedEntry> batch;
    for (std::uint64_t at = 0; at < entries_count; ++at) {
      AuditEntry entry;
      entry.id = EntryId::random(random_);
      entry.account = here;
      entry.time = start + minutes(entries_.size());
      entry.token = Token::random(random_);
      entry.record = RecordId(entry.token->uuid());
      if (at % 3 == 0) entry.record = RecordId::random(random_);
      entry.entity = at % 3 == 0 ? EntityId::address : EntityId::profile;
      entry.action = at % 3 == 0 ? "GetAddressUnmasked" : "GetProfileUnmasked";
      if (entries_.size() == 3000) entry.action = "PutSchema";
      const std::uint64_t operator_number = entries_.size() / 700;
      entry.actor_id =
          "0000000" + std::to_string(operator_number % 10) + "-0000-4000-8000-abcdefabcdef";
      entry.actor_name = "velumappkey-loja-" + std::to_string(operator_number);
      entry.outcome = at % 50 == 7 ? AuditOutcome::refused : AuditOutcome::done;
      EncodedEntry encoded = encode(entry, "loja", "us");
      entries_.push_back(encoded.head + std::to_string(entries_.size()) + encoded.tail);
      batch.push_back(std::move(encoded));
    }
    ASSERT_TRUE(loop_.run_to_end(log_->take_outbox(std::move(batch))));
    ASSERT_TRUE(log_->checkpoint_now());
  }
  std::vector<std::string> expected(const AuditFilter& filter) const {
    const AuditMatcher matcher(filter);
    std::vector<std::string> found;
    for (auto entry = entries_.rbegin(); entry != entries_.rend(); ++entry) {
      if (matcher.matches(*entry)) found.push_back(*entry);
    }
    return found;
  }
  std::vector<std::string> found(const AuditFilter& filter) {
    AuditSearch search{filter, std::nullopt, 100};
    std::vector<std::string> all;
    for (pages_ = 1;; ++pages_) {
      auto page = log_->search(here, search);
      EXPECT_TRUE(page);
      if (!page) return all;
      std::move(page->entries.begin(), page->entries.end(), std::back_inserter(all));
      if (!page->next) return all;
      EXPECT_LT(*page->next, search.before.value_or(UINT64_MAX));
      search.before = page->next;
    }
  }
  std::string member(std::uint64_t at, std::string_view name) const {
    return std::string(audit_member(entries_[static_cast<std::size_t>(at)], name));
  }
  // Of entries all over the log, by each of the members that can be searched.
  std::vector<AuditFilter> filters() const {
    std::vector<AuditFilter> all{{}, {.outcomes = {"refused"}}, {.actions = {"PutSchema"}}};
    for (std::uint64_t at = 5; at < entries_.size(); at += 397) {
      const std::string token = member(at, "token"), record = member(at, "record");
      all.push_back({.ids = {token}});
      all.push_back({.ids = {record.substr(0, 8 + at % 28)}});
      all.push_back({.ids = {token, record}, .outcomes = {"done"}});
      all.push_back(
          {.actors = {"0000000" + std::to_string(at % 10) + "-0000-4000-8000-abcdefabcdef"},
           .entities = {"address"}});
      all.push_back({.actors = {"velumappkey-loja-" + std::to_string(at % 10)},
                     .from = start + minutes(at),
                     .to = start + minutes(at + 300)});
    }
    return all;
  }
  void expect_all_found(std::string_view when) {
    for (const AuditFilter& filter : filters()) {
      const auto want = expected(filter);
      EXPECT_EQ(found(filter).size(), want.size()) << when;
      if (HasFailure()) return;
    }
  }

  SimFileSystem files_;
  SeededRandom random_{3};
  NoLog no_log_;
  Key256 seed_;
  AuditOptions options_;
  EventLoop loop_;
  std::unique_ptr<AuditLog> log_;
  std::vector<std::string> entries_;
  int pages_ = 0;
};

TEST_F(SearchIndexTest, FindsWhatReadingEverythingFinds) {
  open();
  for (const std::uint64_t entries_count : {count / 2, count - count / 2}) {
    write(entries_count);
    for (const AuditFilter& filter : filters()) EXPECT_EQ(found(filter), expected(filter));
  }
  EXPECT_EQ(files_.content(index_path).size(), bundles * bundle_filter_bytes);
}

TEST_F(SearchIndexTest, WhatIsNowhereTakesOneCallAndWithoutItSeveral) {
  open();
  write(count);
  const AuditFilter stranger{.ids = {Token::random(random_).text()}};
  EXPECT_TRUE(found(stranger).empty());
  EXPECT_EQ(pages_, 1);
  const AuditFilter nobody{.actors = {"velumappkey-outra"}};
  EXPECT_TRUE(found(nobody).empty());
  EXPECT_EQ(pages_, 1);
  const AuditFilter later{.from = start + minutes(count)};
  EXPECT_TRUE(found(later).empty());
  EXPECT_EQ(pages_, 1);
  const AuditFilter seen{.ids = {member(10, "token")}};
  EXPECT_EQ(found(seen).size(), 1U);
  EXPECT_EQ(pages_, 1);
  const AuditFilter too_short{.ids = {member(10, "token").substr(0, 7)}};
  EXPECT_EQ(found(too_short), expected(too_short));
  EXPECT_GT(pages_, 1);
}

// bench/audit_rate.cc has the figures; this bound is one that no machine misses by being busy.
TEST_F(SearchIndexTest, ALongLogIsSearchedInTime) {
  open();
  for (int part = 0; part < 50; ++part) write(1000);
  while (files_.content(index_path).size() < entries_.size() / tile_width * bundle_filter_bytes) {
    ASSERT_TRUE(log_->checkpoint_now());
  }
  const SystemClock clock;
  std::vector<std::chrono::nanoseconds> times;
  for (std::uint64_t at = 7; times.size() < 31; at += 1601) {
    for (const bool is_there : {true, false}) {
      const std::string token = is_there ? member(at, "token") : Token::random(random_).text();
      const AuditSearch search{{.ids = {token}}, std::nullopt, 20};
      const auto before = clock.monotonic();
      const auto page = log_->search(here, search);
      times.push_back(clock.monotonic() - before);
      ASSERT_TRUE(page);
      EXPECT_EQ(page->entries.size(), is_there ? 1U : 0U);
      EXPECT_FALSE(page->next);
    }
  }
  std::sort(times.begin(), times.end());
  EXPECT_LT(times[times.size() / 2], std::chrono::milliseconds(50));
}

TEST_F(SearchIndexTest, ADamagedIndexHidesNothing) {
  open();
  write(count);
  const Bytes good = files_.content(index_path);
  for (std::size_t at = 3; at < good.size(); at += 2111) {
    Bytes bad = good;
    bad[at] = static_cast<std::uint8_t>(bad[at] ^ (1U << (at % 8)));
    // As it is found while it is open, and at the start.
    auto file = files_.open(index_path, OpenMode::read_write, FileAccess::owner);
    ASSERT_TRUE(file);
    ASSERT_TRUE((*file)->write_at(0, bad));
    const std::uint64_t bundle = at / bundle_filter_bytes;
    const AuditFilter inside{.ids = {member(bundle * tile_width + at % tile_width, "token")}};
    ASSERT_EQ(found(inside), expected(inside)) << at;
  }
  // What a disk makes of a block: its bits are gone, its beginning is not.
  for (std::uint64_t bundle = 0; bundle < bundles; ++bundle) {
    Bytes bad = good;
    const auto begin = bad.begin() + static_cast<std::ptrdiff_t>(bundle * bundle_filter_bytes);
    std::fill(begin + 512, begin + bundle_filter_bytes, std::uint8_t{0});
    auto file = files_.open(index_path, OpenMode::read_write, FileAccess::owner);
    ASSERT_TRUE((*file)->write_at(0, bad));
    for (std::uint64_t at = 0; at < tile_width; at += 100) {
      const AuditFilter inside{.ids = {member(bundle * tile_width + at, "token")}};
      ASSERT_EQ(found(inside), expected(inside)) << bundle;
    }
  }
  Bytes zeroes(good.size());
  ASSERT_TRUE(replace_file(files_, index_path, zeroes, FileAccess::owner));
  open();
  expect_all_found("zeroes");
  EXPECT_EQ(files_.content(index_path), good);
}

TEST_F(SearchIndexTest, AnIndexThatIsMissingOrCutShortIsMadeAgain) {
  open();
  write(count);
  const Bytes good = files_.content(index_path);
  for (const std::size_t size : {good.size() - 1, good.size() / 2 + 100, std::size_t{0}}) {
    log_.reset();
    const Bytes part(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size));
    ASSERT_TRUE(replace_file(files_, index_path, part, FileAccess::owner));
    open();
    expect_all_found("short");
    EXPECT_EQ(files_.content(index_path), good);
  }
  log_.reset();
  ASSERT_TRUE(files_.remove(index_path));
  open();
  expect_all_found("missing");
  EXPECT_EQ(files_.content(index_path), good);
}

// A filter made again of what a bundle has become would rule out what was logged.
TEST_F(SearchIndexTest, AnIndexThatIsMadeAgainHidesNoEntryThatHasRotted) {
  open();
  write(count);
  const std::string token = member(3 * tile_width + 42, "token");
  log_.reset();
  const std::string path = "./audit/loja/tile/entries/003";
  Bytes bundle = files_.content(path);
  const auto at = as_text(bundle).find(token);
  ASSERT_NE(at, std::string_view::npos);
  bundle[at] ^= 1U;
  ASSERT_TRUE(replace_file(files_, path, bundle, FileAccess::owner));
  ASSERT_TRUE(files_.remove(index_path));
  open();
  AuditSearch search{{.ids = {token}}, std::nullopt, 100};
  auto page = log_->search(here, search);
  while (page && page->next) {
    search.before = page->next;
    page = log_->search(here, search);
  }
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code(), ErrorCode::corrupt);
}

// Of a tree that was rolled back and has gone another way: whole in itself, and of other entries.
TEST_F(SearchIndexTest, AnIndexOfAnotherTreeIsMadeAgain) {
  open();
  write(count);
  const Bytes other = files_.content(index_path);
  log_.reset();
  files_ = SimFileSystem();
  entries_.clear();
  open();
  write(count);
  const Bytes good = files_.content(index_path);
  ASSERT_NE(good, other);
  log_.reset();
  ASSERT_TRUE(replace_file(files_, index_path, other, FileAccess::owner));
  open();
  expect_all_found("another tree's");
  EXPECT_EQ(files_.content(index_path), good);
}

TEST_F(SearchIndexTest, TheLogDoesWithoutAnIndexThatCannotBeWritten) {
  open();
  files_.fail_path("search-index", ErrorCode::no_space);
  write(count);
  EXPECT_TRUE(log_->statistics().available);
  expect_all_found("no room");
  files_.fail_path("", ErrorCode::io);
  ASSERT_TRUE(log_->checkpoint_now());
  EXPECT_EQ(files_.content(index_path).size(), bundles * bundle_filter_bytes);
  expect_all_found("room again");
}

// For each prefix of each value: whoever looks for it is not told that it is not there.
TEST_F(SearchIndexTest, AFilterHasEveryPrefixOfEveryValue) {
  open();
  write(tile_width);
  const Bytes filter = make_bundle_filter(0, entries_);
  int ruled_out = 0;
  const auto rules_out = [&filter](const AuditFilter& wanted) {
    return FilterQuery(wanted).rules_out(0, filter);
  };
  for (const std::string& entry : entries_) {
    for (std::size_t size = 1; size <= 36; ++size) {
      const auto part = [&](std::string_view value) {
        return AuditFilter::AnyOf{std::string(value.substr(0, size))};
      };
      EXPECT_FALSE(rules_out({.actions = part(audit_member(entry, "action"))}));
      EXPECT_FALSE(rules_out({.actors = part(audit_actor_member(entry, "id"))}));
      EXPECT_FALSE(rules_out({.actors = part(audit_actor_member(entry, "name"))}));
      EXPECT_FALSE(rules_out({.entities = part(audit_member(entry, "entity"))}));
      EXPECT_FALSE(rules_out({.ids = part(audit_member(entry, "record"))}));
      EXPECT_FALSE(rules_out({.ids = part(audit_member(entry, "token"))}));
      EXPECT_FALSE(rules_out({.outcomes = part(audit_member(entry, "outcome"))}));
    }
    ruled_out += rules_out({.ids = {Token::random(random_).text()}});
  }
  EXPECT_GT(ruled_out, 250);
  const Instant first = start, last = start + minutes(tile_width - 1);
  EXPECT_FALSE(rules_out({.from = last}));
  EXPECT_TRUE(rules_out({.from = last + Ticks(1)}));
  EXPECT_TRUE(rules_out({.to = first}));
  EXPECT_FALSE(rules_out({.to = first + Ticks(1)}));
  EXPECT_FALSE(FilterQuery({.ids = {Token::random(random_).text()}}).rules_out(1, filter));
}

TEST(AuditFilter, LetsByWhatItSays) {
  AuditEntry entry;
  entry.account = here;
  entry.time = start;
  entry.action = "GetAddressUnmasked";
  entry.entity = EntityId::address;
  entry.actor_id = "one";
  entry.actor_name = "two";
  const EncodedEntry encoded = encode(entry, "loja", "us");
  const auto lets_by =
      [&](std::initializer_list<std::pair<std::string_view, std::string_view>> by) {
        AuditFilter filter;
        for (const auto& [name, value] : by) EXPECT_TRUE(add_to_filter(filter, name, value));
        return AuditMatcher(filter).matches(encoded.head + "1" + encoded.tail);
      };
  EXPECT_TRUE(lets_by({{"action", "Put,Get"}, {"actor", "three,tw"}, {"entity", "address"}}));
  EXPECT_TRUE(lets_by({{"action", "Put"}, {"action", "Get"}}));
  EXPECT_FALSE(lets_by({{"action", "Get"}, {"actor", "three"}}));
  EXPECT_TRUE(lets_by({{"application", "profile"}, {"outcome", "done"}}));
  EXPECT_FALSE(lets_by({{"application", "user-rights"}}));
  EXPECT_FALSE(lets_by({{"entity", "profile,prospect"}}));
  EXPECT_TRUE(lets_by({{"from", "2026-01-05T00:00:00Z"}, {"to", "2026-01-05T00:00:00.0000001Z"}}));
  EXPECT_FALSE(lets_by({{"from", "2026-01-05T00:00:00.0000001Z"}}));
  EXPECT_FALSE(lets_by({{"to", "2026-01-05T00:00:00Z"}}));
  EXPECT_FALSE(lets_by({{"id", "0"}}));  // It is about nobody.
  EXPECT_TRUE(lets_by({{"id", ","}}));
}

TEST(AuditFilter, WhatCanLetNothingByIsRefused) {
  for (const auto& [name, value] : {std::pair<std::string_view, std::string>{"entity", "shoes"},
                                    {"entity", "address,shoes"},
                                    {"outcome", "maybe"},
                                    {"application", "checkout"},
                                    {"from", "yesterday"},
                                    {"to", "2026-02-30"},
                                    {"actor", std::string(201, 'a')},
                                    {"id", "0,1,2,3,4,5,6,7,8,9,0,1,2,3,4,5,6,7,8,9,0"}}) {
    AuditFilter filter;
    const auto added = add_to_filter(filter, name, value);
    ASSERT_FALSE(added) << value;
    EXPECT_EQ(added.error().code(), ErrorCode::invalid_argument);
    EXPECT_EQ(added.error().subject(), name);
  }
  AuditFilter filter{.from = start, .to = start};
  EXPECT_FALSE(check_filter_times(filter));
  filter.to = start + Ticks(1);
  EXPECT_TRUE(check_filter_times(filter));
}

TEST(AuditKind, ADisclosureIsWhatCameToIt) {
  for (const auto& [action, outcome, is_one] :
       {std::tuple{"GetProfileUnmasked", AuditOutcome::done, true},
        {"GetAddressVersionUnmasked", AuditOutcome::done, true},
        {"GetUnmaskedPersonalInformation", AuditOutcome::done, true},
        {"GetProfileUnmasked", AuditOutcome::refused, false},
        {"GetProfileUnmasked", AuditOutcome::failed, false},
        {"GetDisclosures", AuditOutcome::done, false},
        {"CreateProfile", AuditOutcome::done, false}}) {
    AuditEntry entry;
    entry.action = action;
    entry.outcome = outcome;
    const EncodedEntry encoded = encode(entry, "loja", "us");
    const AuditMatcher matcher({.kind = AuditKind::disclosure});
    EXPECT_EQ(matcher.matches(encoded.head + "1" + encoded.tail), is_one) << action;
  }
}

}  // namespace
}  // namespace velum::search_index_test
