// Promises: an entry is canonical JSON whatever its texts hold, packs and unpacks to itself and in
// no other spelling, and a search finds it by what it says: no text in it can pass for a member.

#include "audit/entry.h"
#include "audit/filter.h"
#include "fuzz/fuzz.h"
#include "json/value.h"

namespace velum {
namespace {

// Each line of the input says one thing about the entry.
AuditEntry entry_of(std::string_view& input) {
  AuditEntry entry;
  const std::uint8_t which = fuzz::take_byte(input);
  entry.account = AccountId{which};
  entry.outcome = static_cast<AuditOutcome>(which % 4);
  entry.actor_kind = static_cast<PrincipalKind>(which / 4 % 4);
  if (which / 16 % 2 == 1) entry.token = Token();
  if (which / 32 % 2 == 1) entry.envelope_hash = Sha256Digest();
  if (which / 64 % 2 == 1) entry.entity = EntityId::address;
  entry.action = fuzz::take_part(input, "\n");
  entry.actor_id = fuzz::take_part(input, "\n");
  entry.actor_name = fuzz::take_part(input, "\n");
  entry.rule = fuzz::take_part(input, "\n");
  entry.reason_code = fuzz::take_part(input, "\n");
  const std::string_view reason = fuzz::take_part(input, "\n");
  entry.reason.assign(reason.begin(), reason.end());
  const std::string_view field = fuzz::take_part(input, "\n");
  if (!field.empty()) entry.fields.emplace_back(field);
  return entry;
}

bool is_sorted(const json::Value& object) {
  const auto members = object.members();
  return std::is_sorted(members.begin(), members.end(),
                        [](const auto& left, const auto& right) { return left.name < right.name; });
}

void check_json(const AuditEntry& entry, const std::string& text) {
  const auto read = json::Document::parse(text);
  if (!read) {
    // Only where what was put in was no text.
    VELUM_CHECK(
        std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
    return;
  }
  const json::Value& root = read->root();
  const json::Value* const actor = root.find("actor");
  VELUM_CHECK(is_sorted(root) && actor != nullptr && is_sorted(*actor));
  VELUM_CHECK(root.find("action")->text() == entry.action);
  VELUM_CHECK(root.find("rule")->text() == entry.rule);
  VELUM_CHECK(root.find("number")->text() == "41");
  VELUM_CHECK(actor->find("id")->text() == entry.actor_id);
  VELUM_CHECK(actor->find("name")->text() == entry.actor_name);
  VELUM_CHECK((root.find("token") != nullptr) == entry.token.has_value());
  VELUM_CHECK((root.find("reason") != nullptr) == !entry.reason_code.empty());
  WipedText again;
  json::write(root, again);
  VELUM_CHECK(view(again) == text);
}

// Filters are words: what would have to be escaped is found nowhere.
bool is_word(std::string_view text) {
  return std::ranges::all_of(text, [](char letter) {
    return letter > ' ' && letter < 0x7f && letter != '"' && letter != '\\' && letter != '}';
  });
}

bool is_found(AuditFilter filter, std::string_view text) {
  return AuditMatcher(std::move(filter)).matches(text);
}

void check_search(const AuditEntry& entry, const std::string& text, std::string_view filter) {
  if (!is_word(filter) || !is_word(entry.actor_id) || !is_word(entry.actor_name)) return;
  const AuditFilter::AnyOf wanted{std::string(filter)};
  VELUM_CHECK(is_found({.actions = wanted}, text) == entry.action.starts_with(filter));
  VELUM_CHECK(is_found({.actors = wanted}, text) ==
              (entry.actor_id.starts_with(filter) || entry.actor_name.starts_with(filter)));
  const std::string token = entry.token ? entry.token->text() : std::string();
  VELUM_CHECK(is_found({.ids = wanted}, text) == token.starts_with(filter));
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view input = fuzz::text_of(data, size);
  if (const auto unpacked = unpack(as_bytes(input))) {
    VELUM_CHECK(as_text(pack(*unpacked)) == input);
  }
  const AuditEntry entry = entry_of(input);
  const EncodedEntry encoded = encode(entry, "store", "eu");
  const auto unpacked = unpack(pack(encoded));
  VELUM_CHECK(unpacked && unpacked->id == encoded.id && unpacked->account == encoded.account);
  VELUM_CHECK(unpacked->head == encoded.head && unpacked->tail == encoded.tail);
  const std::string text = encoded.head + "41" + encoded.tail;
  check_json(entry, text);
  if (!input.empty()) check_search(entry, text, input);
  return 0;
}
