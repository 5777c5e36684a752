#include "test/model/answers.h"

#include <algorithm>

#include "test/fault/sim_node.h"

namespace velum::model {
namespace {

std::string time_text(const std::optional<Instant>& time) {
  return time ? to_text(*time) : "never";
}

std::string difference_of_meta(const DocumentMeta& meta, const Shown& shown) {
  const Record& record = *shown.record;
  if (meta.id != record.shown_id) return "the id is another";
  if (meta.version != shown.version->id) return "the version is another";
  if (meta.created_at != record.created_at) {
    return "it was created at " + to_text(meta.created_at) + ", the model says " +
           to_text(record.created_at);
  }
  if (meta.updated_at != shown.version->written_at) {
    return "it was changed at " + to_text(meta.updated_at) + ", the model says " +
           to_text(shown.version->written_at);
  }
  if (meta.expires_at != record.expires_at) {
    return "it expires at " + time_text(meta.expires_at) + ", the model says " +
           time_text(record.expires_at);
  }
  return "";
}

}  // namespace

std::string outcome(const Error* error) {
  if (error == nullptr) return "a success";
  switch (error->code()) {
    case ErrorCode::not_found: return "not_found";
    case ErrorCode::conflict: return "conflict";
    case ErrorCode::already_exists: return "already_exists";
    case ErrorCode::ambiguous: return "ambiguous";
    case ErrorCode::invalid_field: return "invalid_field";
    case ErrorCode::masked_value: return "masked_value";
    case ErrorCode::version_mismatch: return "version_mismatch";
    default:
      return "error " + std::to_string(static_cast<int>(error->code())) + " (" +
             std::string(error->message()) + ")";
  }
}

bool is_same_error(ErrorCode left, ErrorCode right) {
  const auto as_shown = [](ErrorCode code) {
    return code == ErrorCode::already_exists ? ErrorCode::conflict : code;
  };
  return as_shown(left) == as_shown(right);
}

std::string difference(const DocumentView& view, const Shown& shown) {
  const Value document = from_json(velum::view(view.document));
  if (document != shown.document) {
    return "the document is " + to_json(document) + ", the model says " + to_json(shown.document);
  }
  return difference_of_meta(view.meta, shown);
}

std::string difference(const Result<DocumentView>& answer, const Result<Shown>& expected) {
  if (!answer || !expected) return difference_of_outcome(answer, expected);
  return difference(*answer, *expected);
}

std::string difference_of_write(const Result<DocumentView>& answer, const Result<Shown>& expected,
                                const RecordKey& owner) {
  if (answer && expected) {
    Record& record = *expected->record;
    const DocumentMeta& meta = answer->meta;
    if (record.key.record == RecordId()) {
      const bool is_subject = owner.subject == Token();
      const Token subject = is_subject ? Token(meta.id.uuid()) : owner.subject;
      RecordKey key{SimDisk::account, subject, meta.id};
      if (record.entity == EntityId::purchase_info) {
        key = DocumentEngine::only_part_of(key, record.entity);
      }
      name(record, key, meta.id, meta.version);
    } else if (expected->version->id == VersionId()) {
      name(record, record.key, record.shown_id, meta.version);
    }
  }
  return difference(answer, expected);
}

std::string difference(const Result<std::vector<DocumentView>>& answer,
                       const Result<std::vector<Shown>>& expected) {
  if (!answer || !expected) return difference_of_outcome(answer, expected);
  if (answer->size() != expected->size()) {
    return "the list has " + std::to_string(answer->size()) + ", the model says " +
           std::to_string(expected->size());
  }
  for (std::size_t index = 0; index < answer->size(); ++index) {
    const DocumentView& view = (*answer)[index];
    if (view.meta.created_at != (*expected)[index].record->created_at) {
      return "the order of the list is another";
    }
    // Those made at one instant come in any order.
    const auto same = std::ranges::find_if(
        *expected, [&view](const Shown& shown) { return shown.record->shown_id == view.meta.id; });
    if (same == expected->end()) return "the list has one that the model has not";
    const std::string different = difference(view, *same);
    if (!different.empty()) return "number " + std::to_string(index) + " of the list: " + different;
  }
  return "";
}

}  // namespace velum::model
