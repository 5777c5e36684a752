#include "server/disclosure_json.h"

#include "base/base64.h"

namespace velum {
namespace {

std::string_view text_of(const json::Value* value) {
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

std::string_view text_in(const json::Value* object, std::string_view name) {
  return object != nullptr && object->is_object() ? text_of(object->find(name))
                                                  : std::string_view();
}

}  // namespace

Result<DisclosureEntry> DisclosureEntry::parse(std::string_view entry) {
  auto document = json::Document::parse(entry);
  if (!document || !document->root().is_object()) {
    return Error(ErrorCode::corrupt, "an audit entry cannot be read");
  }
  return DisclosureEntry(*std::move(document));
}

std::string_view DisclosureEntry::text(std::string_view name) const {
  return text_of(member(name));
}

std::optional<EntityId> DisclosureEntry::entity() const {
  return entity_named(text("entity"));
}

std::optional<SealedReason> DisclosureEntry::sealed_reason(AccountId account) const {
  const auto token = Token::parse(text("token"));
  const auto record = RecordId::parse(text("record"));
  const auto id = EntryId::parse(text("id"));
  auto envelope = from_base64(text_in(member("reason"), "sealed"));
  if (!token || !record || !id || !entity() || !envelope || envelope->empty()) return std::nullopt;
  return SealedReason{{account, *token, *record}, *entity(), *id, *std::move(envelope)};
}

void DisclosureEntry::append(const ActorLabels& labels, const Sensitive* reason,
                             WipedText& out) const {
  char separator = '{';
  for (const std::string_view name : {"number", "time", "action", "actor", "entity", "token",
                                      "record", "version", "fields", "request"}) {
    out.push_back(separator);
    separator = ',';
    json::write_string(name, out);
    out.push_back(':');
    const json::Value* value = member(name);
    json::write(value != nullptr ? *value : json::Arena::null(), out);
  }
  velum::append(out, ",\"recipient\":");
  const auto label = labels.find(text_in(member("actor"), "id"));
  if (label != labels.end()) {
    json::write_string(label->second, out);
  } else {
    velum::append(out, "null");
  }
  velum::append(out, ",\"reason\":{\"code\":");
  json::write_string(text_in(member("reason"), "code"), out);
  velum::append(out, ",\"text\":");
  if (reason != nullptr) {
    json::write_string(reason->text(), out);
  } else {
    velum::append(out, "null");
  }
  velum::append(out, "}}");
}

}  // namespace velum
