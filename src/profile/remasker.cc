#include "profile/remasker.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "io/repeat.h"
#include "profile/document_merge.h"
#include "profile/document_places.h"

namespace velum {
namespace {

constexpr std::chrono::seconds remasker_pause_after_failure{1};
// A commit's: short, since requests wait behind it.
constexpr std::uint32_t remasker_page_size = 64;
constexpr std::size_t commit_size_max_bytes = std::size_t{4} << 20;

Bytes cursor_of(const WalkPlace& place) {
  Bytes bytes;
  bytes.push_back(static_cast<std::uint8_t>(place.versions));
  append(bytes, place.subject.bytes());
  append(bytes, place.record.bytes());
  append(bytes, place.version.bytes());
  return bytes;
}

Result<WalkPlace> place_at(ByteView cursor) {
  if (cursor.size() != 49 || cursor[0] > 1) {
    return Error(ErrorCode::corrupt, "a job does not say where it goes on");
  }
  return WalkPlace{static_cast<WalkedVersions>(cursor[0]),
                   *Token::from_bytes(cursor.subspan(1, 16)),
                   *RecordId::from_bytes(cursor.subspan(17, 16)),
                   *VersionId::from_bytes(cursor.subspan(33, 16))};
}

bool is_stale(const JobRow& job, const WalkedVersion& version) {
  return version.entity == job.entity && version.masked_revision < job.revision;
}

WalkPlace place_behind(const WalkedVersion& version, WalkedVersions versions) {
  return {versions, version.key.subject, version.key.record, version.version};
}

// Moves `place` behind a page. False: it was the last one.
bool move_on(WalkPlace& place, const std::vector<WalkedVersion>& page) {
  if (!page.empty()) {
    place = place_behind(page.back(), place.versions);
    return true;
  }
  // Those that are replaced meanwhile become older ones: these come second.
  const bool was_current = place.versions == WalkedVersions::current;
  place = {was_current ? WalkedVersions::older : WalkedVersions::current, {}, {}, {}};
  return was_current;
}

}  // namespace

std::uint64_t Remasker::revisions_of(const Account& account) {
  std::uint64_t sum = 0;
  for (const EntityId entity : all_entities) sum += account.schema_of(entity).revision();
  return sum;
}

Task<void> Remasker::run() {
  const auto tell = [this](const Error& why) {
    parts_.log.warning("remask_waits", {{"code", why.code()}});
  };
  return repeat(
      {std::chrono::nanoseconds(0), remasker_pause_after_failure, [this] { return work(); }, tell},
      parts_.clock, stopping_);
}

Task<Result<void>> Remasker::work() {
  Result<void> worked;
  for (const Account* account : accounts_) {
    const std::uint64_t revisions = revisions_of(*account);
    if (seen_[account->id] == revisions || !account->vault->can_unmask()) continue;
    CO_TRY_ASSIGN(std::vector<JobRow> jobs, co_await parts_.store.open_jobs(account->id));
    Result<void> finished;
    for (JobRow& job : jobs) {
      if (finished) finished = co_await finish(*account, std::move(job));
    }
    if (stopping_) break;
    if (finished) seen_[account->id] = revisions;
    // Another store's jobs do not wait for this one's.
    if (!finished && worked) worked = std::move(finished);
  }
  co_return worked;
}

Task<Result<void>> Remasker::finish(const Account& account, JobRow job) {
  if (job.cursor.empty()) CO_TRY(co_await begin(account, job));
  if (stopping_) co_return Result<void>();
  Pass pass{std::move(job), {}, 0, 0};
  CO_TRY_ASSIGN(pass.place, place_at(pass.job.cursor));
  for (bool is_whole = false; !stopping_; is_whole = true) {
    pass.remade = pass.failed = 0;
    for (bool goes_on = true; goes_on && !stopping_;) {
      CO_TRY_ASSIGN(goes_on, co_await step(account, pass));
    }
    if (stopping_ || !is_whole || pass.remade > 0) continue;
    pass.job.state = pass.failed == 0 ? JobState::success : JobState::failed;
    pass.job.updated_at = parts_.clock.now();
    WriteBatch batch;
    batch.emplace_back(UpdateJob{pass.job});
    co_return co_await parts_.store.commit(std::move(batch));
  }
  co_return Result<void>();
}

// Counts what there is to do. Its commit comes behind every write that was handed over before the
// schema changed.
Task<Result<void>> Remasker::begin(const Account& account, JobRow& job) {
  WalkPlace place;
  job.total = 0;
  for (bool goes_on = true; goes_on;) {
    if (stopping_) co_return Result<void>();
    CO_TRY_ASSIGN(const std::vector<WalkedVersion> page,
                  co_await parts_.store.walk(account.id, place, remasker_page_size));
    const auto stale = [&job](const WalkedVersion& version) { return is_stale(job, version); };
    job.total += static_cast<std::uint64_t>(std::ranges::count_if(page, stale));
    goes_on = move_on(place, page);
    co_await boost::asio::post(parts_.loop.context(), boost::asio::use_awaitable);
  }
  job.cursor = cursor_of(place);
  job.updated_at = parts_.clock.now();
  WriteBatch batch;
  batch.emplace_back(UpdateJob{job});
  co_return co_await parts_.store.commit(std::move(batch));
}

Task<Result<bool>> Remasker::step(const Account& account, Pass& pass) {
  CO_TRY_ASSIGN(const std::vector<WalkedVersion> page,
                co_await parts_.store.walk(account.id, pass.place, remasker_page_size));
  const bool goes_on = move_on(pass.place, page);
  std::vector<WalkedVersion> stale;
  for (const WalkedVersion& version : page) {
    if (is_stale(pass.job, version)) stale.push_back(version);
  }
  for (std::span<const WalkedVersion> rest = stale; !rest.empty() && !stopping_;) {
    CO_TRY_ASSIGN(const std::size_t taken, co_await remake(account, pass, rest));
    rest = rest.subspan(taken);
  }
  co_await boost::asio::post(parts_.loop.context(), boost::asio::use_awaitable);
  co_return goes_on;
}

// How many of them it has taken: at least one.
Task<Result<std::size_t>> Remasker::remake(const Account& account, Pass& pass,
                                           std::span<const WalkedVersion> stale) {
  if (!parts_.outbox.has_room()) co_return outbox_is_full();
  AuditEntry entry = entry_for(account, pass.job);
  const InternalUsePermit permit = parts_.audit.permit_internal_use(InternalUse::remask, entry);
  WriteBatch batch;
  std::size_t taken = 0;
  std::size_t size_bytes = 0;
  while (taken < stale.size() && size_bytes < commit_size_max_bytes) {
    auto one = co_await made_again(account, stale[taken++], permit);
    if (!one && one.error().code() == ErrorCode::corrupt) {
      ++pass.failed;
      continue;
    }
    if (!one) co_return one.error();
    if (!*one) continue;
    size_bytes += (*one)->masked.size();
    batch.emplace_back(**std::move(one));
  }
  if (batch.empty()) co_return taken;
  const auto count = static_cast<std::uint32_t>(batch.size());
  entry.count = count;
  pass.remade += count;
  JobRow job = pass.job;
  job.done += count;
  job.total = std::max(job.total, job.done);
  const bool is_page_done = taken == stale.size();
  job.cursor =
      cursor_of(is_page_done ? pass.place : place_behind(stale[taken - 1], pass.place.versions));
  job.updated_at = entry.time;
  batch.emplace_back(UpdateJob{job});
  batch.emplace_back(
      InsertOutbox{{entry.account, entry.id, parts_.audit.encode_for_outbox(entry)}});
  CO_TRY(co_await parts_.store.commit(std::move(batch)));
  pass.job = std::move(job);
  co_return taken;
}

// Nothing, if it is gone, or its keys are. corrupt: it cannot be opened.
Task<Result<std::optional<ReplaceMasked>>> Remasker::made_again(const Account& account,
                                                                const WalkedVersion& version,
                                                                const InternalUsePermit& permit) {
  // As of the beginning of time: what was hidden for its end is still there.
  auto row =
      co_await parts_.store.read(version.key, version.version, Rendition::full, Instant::min());
  if (!row && row.error().code() == ErrorCode::not_found) co_return std::nullopt;
  if (!row) co_return row.error();
  const auto document = account.vault->open_internally(permit, full_key_of(*row),
                                                       place_of(account, *row), row->version.full);
  if (!document && document.error().code() == ErrorCode::not_found) co_return std::nullopt;
  if (!document) co_return document.error();
  const Schema& schema = account.schema_of(version.entity);
  CO_TRY_ASSIGN(const WipedText masked, DocumentMerge::mask(schema, account.mask_style, *document));
  const std::uint32_t before = std::exchange(row->version.masked_revision, schema.revision());
  auto sealed =
      account.vault->seal_masked(masked_key_of(*row), masked_place_of(account, *row), view(masked));
  if (!sealed && sealed.error().code() == ErrorCode::not_found) co_return std::nullopt;
  if (!sealed) co_return sealed.error();
  co_return std::optional(
      ReplaceMasked{version.key, version.version, before, *std::move(sealed), schema.revision()});
}

AuditEntry Remasker::entry_for(const Account& account, const JobRow& job) const {
  AuditEntry entry = entry_by(by_itself("job", "remask"), account.id, "RemaskDocuments",
                              parts_.clock.now(), parts_.random);
  entry.entity = job.entity;
  entry.job = job.id;
  entry.revision = account.schema_of(job.entity).revision();
  return entry;
}

}  // namespace velum
