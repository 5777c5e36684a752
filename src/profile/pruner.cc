#include "profile/pruner.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "io/repeat.h"
#include "json/value.h"
#include "profile/document_merge.h"
#include "profile/document_places.h"

namespace velum {
namespace {

constexpr std::chrono::minutes pruner_pause_after_failure{1};
// Versions looked at without a pause, and what is sealed for one commit: short, since requests wait
// behind it.
constexpr std::uint32_t pruner_page_size = 64;
constexpr std::size_t commit_size_max_bytes = std::size_t{4} << 20;
// An entry of the log has 64 KiB, and a schema may have more names.
constexpr std::size_t names_size_max_bytes = 16 << 10;

bool has_retention(const Account& account) {
  return std::ranges::any_of(all_entities, [&account](EntityId entity) {
    return account.schema_of(entity).has_retention();
  });
}

// It, or its keys, went meanwhile: then there is nothing to prune. corrupt: it cannot be opened.
bool is_gone(const Error& error) {
  return error.code() == ErrorCode::not_found;
}

std::vector<std::string> as_many_as_fit(std::vector<std::string> names) {
  std::size_t size_bytes = 0;
  const auto is_too_much = [&size_bytes](const std::string& name) {
    size_bytes += name.size();
    return size_bytes > names_size_max_bytes;
  };
  const auto rest = std::ranges::find_if(names, is_too_much);
  if (rest == names.end()) return names;
  names.erase(rest, names.end());
  names.emplace_back("(more)");
  return names;
}

WriteBatch batch_of(ReplaceRenditions renditions, InsertOutbox entry) {
  WriteBatch batch;
  batch.emplace_back(std::move(renditions));
  batch.emplace_back(std::move(entry));
  return batch;
}

}  // namespace

Task<void> Pruner::run() {
  const auto tell = [this](const Error& why) {
    parts_.log.warning("prune_waits", {{"code", why.code()}});
  };
  return repeat({interval, pruner_pause_after_failure, [this] { return prune(); }, tell},
                parts_.clock, stopping_);
}

Task<Result<void>> Pruner::prune() {
  Pass pass;
  Result<void> worked;
  for (const Account* account : accounts_) {
    if (stopping_ || !account->vault->can_unmask() || !has_retention(*account)) continue;
    pass.has_worked = true;
    auto done = co_await prune_all(*account, WalkedVersions::current, pass);
    // Those that are replaced meanwhile become older ones: these come second.
    if (done) done = co_await prune_all(*account, WalkedVersions::older, pass);
    // Another store's documents do not wait for this one's.
    if (!done && worked) worked = std::move(done);
  }
  if (pass.failed > 0) parts_.log.warning("prune_skipped", {{"documents", pass.failed}});
  // What was taken out must not stay readable in the log's file: what a crash, or a scrub that
  // failed, has left there neither.
  if (scrub_due_ && pass.has_worked) {
    CO_TRY(co_await parts_.store.scrub());
    scrub_due_ = false;
  }
  co_return worked;
}

Task<Result<void>> Pruner::prune_all(const Account& account, WalkedVersions versions, Pass& pass) {
  WalkPlace place{versions, {}, {}, {}};
  while (!stopping_) {
    const TrustedClock::Check check = parts_.clock.check();
    if (!check.agrees) break;
    CO_TRY_ASSIGN(const std::vector<WalkedVersion> page,
                  co_await parts_.store.walk(account.id, place, pruner_page_size));
    if (page.empty()) break;
    if (!parts_.outbox.has_room()) co_return outbox_is_full();
    CO_TRY(co_await prune_page(account, page, check.settled, pass));
    place = {versions, page.back().key.subject, page.back().key.record, page.back().version};
    co_await boost::asio::post(parts_.loop.context(), boost::asio::use_awaitable);
  }
  co_return Result<void>();
}

Task<Result<void>> Pruner::prune_page(const Account& account,
                                      const std::vector<WalkedVersion>& page, Instant settled,
                                      Pass& pass) {
  std::vector<Pruned> all;
  std::size_t size_bytes = 0;
  for (const WalkedVersion& version : page) {
    Result<std::optional<Pruned>> one = co_await prune_one(account, version, settled);
    // One that cannot be read does not keep the others from what they are owed.
    if (!one && !is_gone(one.error())) ++pass.failed;
    if (!one || !*one) continue;
    size_bytes += (*one)->renditions.full.size() + (*one)->renditions.masked.size();
    all.push_back(**std::move(one));
    if (size_bytes < commit_size_max_bytes) continue;
    CO_TRY(co_await commit(std::exchange(all, {})));
    size_bytes = 0;
    co_await boost::asio::post(parts_.loop.context(), boost::asio::use_awaitable);
  }
  if (all.empty()) co_return Result<void>();
  co_return co_await commit(std::move(all));
}

Task<Result<std::optional<Pruner::Pruned>>> Pruner::prune_one(const Account& account,
                                                              const WalkedVersion& version,
                                                              Instant settled) {
  CO_TRY_ASSIGN(const bool is_due, co_await holds_expired(account, version, settled));
  if (!is_due) co_return std::nullopt;
  CO_TRY_ASSIGN(Pruned one, co_await pruned(account, version, settled));
  co_return std::optional(std::move(one));
}

Task<Result<bool>> Pruner::holds_expired(const Account& account, const WalkedVersion& version,
                                         Instant settled) {
  const Schema& schema = account.schema_of(version.entity);
  const Ticks age = settled - version.written_at;
  if (!schema.may_hold_expired(age)) co_return false;
  // As of the beginning of time: what was hidden for its end may be shown again.
  CO_TRY_ASSIGN(const RecordRow row, co_await parts_.store.read(version.key, version.version,
                                                                Rendition::masked, Instant::min()));
  CO_TRY_ASSIGN(const Sensitive masked,
                account.vault->open_masked(masked_key_of(row), masked_place_of(account, row),
                                           row.version.masked));
  const auto parsed = json::Document::parse(masked.text());
  if (!parsed || !parsed->root().is_object()) {
    co_return Error(ErrorCode::corrupt, "a stored document is not JSON");
  }
  json::Arena arena;
  co_return !schema.retained(parsed->root(), age, arena).removed.empty();
}

Task<Result<Pruner::Pruned>> Pruner::pruned(const Account& account, const WalkedVersion& version,
                                            Instant settled) {
  CO_TRY_ASSIGN(RecordRow row, co_await parts_.store.read(version.key, version.version,
                                                          Rendition::full, Instant::min()));
  AuditEntry entry = entry_for(version);
  const InternalUsePermit permit = parts_.audit.permit_internal_use(InternalUse::retention, entry);
  CO_TRY_ASSIGN(const InternalDocument document,
                account.vault->open_internally(permit, full_key_of(row), place_of(account, row),
                                               row.version.full));
  const Schema& schema = account.schema_of(version.entity);
  CO_TRY_ASSIGN(RetainedDocument kept, DocumentMerge::retain(schema, account.mask_style, document,
                                                             age_of(row.version, settled)));
  CO_TRY_ASSIGN(SealedRenditions sealed, account.vault->seal(keys_of(row), place_of(account, row),
                                                             view(kept.full), view(kept.masked)));
  // The full one keeps the revision that it was written under; the masked one has new masks.
  const std::uint32_t before = std::exchange(row.version.masked_revision, schema.revision());
  CO_TRY_ASSIGN(sealed.masked,
                account.vault->seal_masked(masked_key_of(row), masked_place_of(account, row),
                                           view(kept.masked)));
  entry.envelope_hash = sha256(sealed.full);
  entry.fields = as_many_as_fit(std::move(kept.removed));
  ReplaceRenditions renditions{
      version.key,      version.version, before, std::move(sealed.full), std::move(sealed.masked),
      schema.revision()};
  InsertOutbox logged{{entry.account, entry.id, parts_.audit.encode_for_outbox(entry)}};
  co_return Pruned{std::move(renditions), std::move(logged)};
}

// All at once; or, where one was changed or deleted meanwhile, each alone: no entry may say of a
// version what did not happen to it.
Task<Result<void>> Pruner::commit(std::vector<Pruned> all) {
  scrub_due_ = true;
  WriteBatch batch;
  for (const Pruned& one : all) {
    batch.emplace_back(one.renditions);
    batch.emplace_back(one.entry);
  }
  auto committed = co_await parts_.store.commit(std::move(batch));
  if (committed || committed.error().code() != ErrorCode::version_mismatch) co_return committed;
  for (Pruned& one : all) {
    WriteBatch alone = batch_of(std::move(one.renditions), std::move(one.entry));
    committed = co_await parts_.store.commit(std::move(alone));
    const bool came_late = !committed && committed.error().code() == ErrorCode::version_mismatch;
    if (!committed && !came_late) co_return committed;
  }
  co_return Result<void>();
}

AuditEntry Pruner::entry_for(const WalkedVersion& version) const {
  AuditEntry entry = entry_by(by_itself("retention"), version.key.account,
                              write_action("Expire", version.entity).append("Fields"),
                              parts_.clock.now(), parts_.random);
  entry.entity = version.entity;
  entry.token = version.key.subject;
  entry.record = version.key.record;
  entry.version = version.version;
  return entry;
}

}  // namespace velum
