#include "server/import_row.h"

#include <algorithm>
#include <array>
#include <utility>

#include "json/value.h"
#include "server/import_row_text.h"

namespace velum {
namespace {

Result<void> check_parts(const Account& account, const ImportedRow& row) {
  for (const ImportedPart& part : row.parts) {
    TRY(DocumentEngine::check(account, part.entity, view(part.document)));
  }
  return {};
}

Result<std::string> purpose_of(std::string_view consent) {
  TRY_ASSIGN(const json::Document document, json::Document::parse(consent));
  const json::Value& root = document.root();
  const json::Value* purpose = root.is_object() ? root.find("purpose") : nullptr;
  const bool is_text = purpose != nullptr && purpose->is_string();
  return is_text ? std::string(purpose->text()) : std::string();
}

// What of a part's failure is no failure of the store.
Error about_the_row(const Error& error) {
  if (error.code() == ErrorCode::not_found) {
    return {ErrorCode::invalid_argument, "the profile was deleted meanwhile"};
  }
  if (error.code() == ErrorCode::conflict) {
    return {ErrorCode::invalid_argument, "the profile has no room for more of this kind"};
  }
  return error;
}

// Makes the records of one row.
class RowWriter {
 public:
  RowWriter(DocumentEngine& engine, AccountId account, RowOutcome& outcome)
      : engine_(engine), account_(account), outcome_(outcome) {}

  Task<Result<void>> write(ImportCallers& callers, const ImportedRow& row) {
    if (row.profile) CO_TRY(co_await ask(callers, EntityId::profile));
    for (const ImportedPart& part : row.parts) CO_TRY(co_await ask(callers, part.entity));
    if (row.profile) CO_TRY(co_await make_profile(view(*row.profile)));
    if (!owner_) CO_TRY(co_await find_owner(callers, row));
    if (owner_) outcome_.profile = owner_->subject;
    for (const ImportedPart& part : row.parts) CO_TRY(co_await make(part));
    co_return Result<void>();
  }

 private:
  static std::size_t place(EntityId entity) { return static_cast<std::size_t>(entity) - 1; }
  const Caller& caller_for(EntityId entity) const { return *callers_.at(place(entity)); }

  Task<Result<void>> ask(ImportCallers& callers, EntityId entity) {
    std::optional<Caller>& known = callers_.at(place(entity));
    if (known) co_return Result<void>();
    CO_TRY_ASSIGN(Caller caller, co_await callers.caller_for(entity));
    known = std::move(caller);
    co_return Result<void>();
  }

  void note(EntityId entity, bool is_made) {
    (is_made ? outcome_.made : outcome_.already_there).add(entity);
  }

  // A unique value that somebody holds: this shopper has been imported before.
  Task<Result<void>> make_profile(std::string_view document) {
    Caller caller = caller_for(EntityId::profile);
    const WriteOptions options;
    const auto made = co_await engine_.create(std::move(caller), std::nullopt, document, options);
    if (made) {
      owner_ = own_record(account_, Token(made->meta.id.uuid()));
    } else if (made.error().code() != ErrorCode::conflict) {
      co_return made.error();
    }
    if (made) note(EntityId::profile, true);
    co_return Result<void>();
  }

  Task<Result<void>> find_owner(ImportCallers& callers, const ImportedRow& row) {
    CO_TRY(callers.may_look_up());
    const EntityId asking = row.profile ? EntityId::profile : row.parts.front().entity;
    const Caller& caller = caller_for(asking);
    const auto found =
        co_await engine_.resolve_alternative(caller, EntityId::profile, "email", row.email);
    const bool is_nobody = !found && found.error().code() == ErrorCode::not_found;
    const bool are_several = !found && found.error().code() == ErrorCode::ambiguous;
    // Whose the e-mail is, is being erased, or has just gone: nobody may be told to be there.
    if (is_nobody && row.profile) {
      co_return Error(ErrorCode::conflict,
                      "its e-mail is held by nobody who can be found now: send it again later");
    }
    if (is_nobody) co_return nobody_has_email(ErrorCode::not_found);
    if (!found && !are_several) co_return found.error();
    if (row.profile) note(EntityId::profile, false);
    if (are_several && row.parts.empty()) co_return Result<void>();
    if (are_several) {
      co_return Error(ErrorCode::invalid_argument, "several profiles here have this e-mail");
    }
    owner_ = *found;
    const bool has_consent = std::ranges::any_of(
        row.parts, [](const ImportedPart& part) { return part.entity == EntityId::consent; });
    if (has_consent) CO_TRY(co_await read_purposes());
    co_return Result<void>();
  }

  Task<Result<void>> read_purposes() {
    Caller caller = caller_for(EntityId::consent);
    CO_TRY_ASSIGN(const auto consents, co_await engine_.list_masked(std::move(caller), *owner_));
    for (const DocumentView& consent : consents) {
      CO_TRY_ASSIGN(std::string purpose, purpose_of(view(consent.document)));
      purposes_.push_back(std::move(purpose));
    }
    co_return Result<void>();
  }

  Task<Result<void>> make(const ImportedPart& part) {
    std::string purpose;
    if (part.entity == EntityId::consent) {
      CO_TRY_ASSIGN(purpose, purpose_of(view(part.document)));
      if (std::ranges::find(purposes_, purpose) != purposes_.end()) {
        note(part.entity, false);
        co_return Result<void>();
      }
    }
    Caller caller = caller_for(part.entity);
    WriteOptions options;
    options.source_key = part.key.empty() ? view(part.document) : part.key;
    // Of two imports at once, or two consents of a row, only one finds that there is none.
    const std::string by_purpose = "purpose:" + purpose;
    if (!purpose.empty()) options.source_key = by_purpose;
    const auto made =
        co_await engine_.create(std::move(caller), owner_, view(part.document), options);
    if (!made && made.error().code() != ErrorCode::already_exists) {
      co_return about_the_row(made.error());
    }
    note(part.entity, made.has_value());
    co_return Result<void>();
  }

  DocumentEngine& engine_;
  AccountId account_;
  std::array<std::optional<Caller>, all_entities.size()> callers_;  // Of the row's entities.
  std::optional<RecordKey> owner_;
  std::vector<std::string> purposes_;  // Of the consents that are there.
  RowOutcome& outcome_;
};

}  // namespace

std::string EntityCounts::json() const {
  std::string text("{");
  for (const EntityId entity : all_entities) {
    if (of(entity) == 0) continue;
    if (text.size() > 1) text.push_back(',');
    text.append("\"").append(entity_name(entity)).append("\":").append(std::to_string(of(entity)));
  }
  return text + "}";
}

std::string counts_json(const RowOutcome& outcome) {
  return "\"made\":" + outcome.made.json() + ",\"alreadyThere\":" + outcome.already_there.json();
}

Task<Result<void>> import_row(DocumentEngine& engine, ImportCallers& callers,
                              const Account& account, std::string_view row, RowOutcome& outcome) {
  CO_TRY_ASSIGN(const ImportedRow read, read_import_row(row));
  CO_TRY(check_parts(account, read));
  RowWriter writer(engine, account.id, outcome);
  co_return co_await writer.write(callers, read);
}

Result<RowOutcome> check_row(const Account& account, std::string_view row) {
  TRY_ASSIGN(const ImportedRow read, read_import_row(row));
  TRY(check_parts(account, read));
  RowOutcome outcome;
  if (read.profile) {
    TRY(DocumentEngine::check(account, EntityId::profile, view(*read.profile)));
    outcome.made.add(EntityId::profile);
  }
  for (const ImportedPart& part : read.parts) outcome.made.add(part.entity);
  return outcome;
}

}  // namespace velum
