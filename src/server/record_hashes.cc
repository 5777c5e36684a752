#include "server/record_hashes.h"

#include <optional>

#include "crypto/crypto.h"
#include "json/json_text.h"

namespace velum {
namespace {

constexpr std::uint32_t page_size = 100;
constexpr std::size_t id_size = Uuid::size_text;
constexpr std::size_t place_size = 1 + 3 * id_size;

// "c" or "o", and the ids of the last one before the page.
std::string text_of(const WalkPlace& place) {
  return (place.versions == WalkedVersions::current ? "c" : "o") + place.subject.text() +
         place.record.text() + place.version.text();
}

std::optional<WalkPlace> place_of(std::string_view text) {
  if (text.empty()) return WalkPlace{WalkedVersions::current, {}, {}, {}};
  if (text.size() != place_size || (text[0] != 'c' && text[0] != 'o')) return std::nullopt;
  const auto subject = Token::parse(text.substr(1, id_size));
  const auto record = RecordId::parse(text.substr(1 + id_size, id_size));
  const auto version = VersionId::parse(text.substr(1 + 2 * id_size));
  if (!subject || !record || !version) return std::nullopt;
  const WalkedVersions versions = text[0] == 'c' ? WalkedVersions::current : WalkedVersions::older;
  return WalkPlace{versions, *subject, *record, *version};
}

std::string line_of(const WalkedVersion& version, WalkedVersions versions, ByteView envelope) {
  return json_object({{"current", versions == WalkedVersions::current ? "true" : "false"},
                      {"envelopeHash", json_string(to_hex(sha256(envelope)))},
                      {"record", json_string(version.key.record.text())},
                      {"token", json_string(version.key.subject.text())},
                      {"version", json_string(version.version.text())}}) +
         "\n";
}

}  // namespace

Task<Result<RecordHashPage>> record_hash_page(Store& store, const Account& account,
                                              const Clock& clock, std::string_view text) {
  const std::optional<WalkPlace> place = place_of(text);
  if (!place) {
    co_return Error(ErrorCode::invalid_argument, "this place did not come from here");
  }
  CO_TRY_ASSIGN(const std::vector<WalkedVersion> walked,
                co_await store.walk(account.id, *place, page_size));
  RecordHashPage page;
  for (const WalkedVersion& version : walked) {
    const auto row =
        co_await store.read(version.key, version.version, Rendition::full, clock.now());
    // It has expired, or went meanwhile.
    if (!row && row.error().code() == ErrorCode::not_found) continue;
    if (!row) co_return row.error();
    page.lines += line_of(version, place->versions, row->version.full);
  }
  if (!walked.empty()) {
    const WalkedVersion& last = walked.back();
    page.next = text_of({place->versions, last.key.subject, last.key.record, last.version});
  } else if (place->versions == WalkedVersions::current) {
    page.next = text_of({WalkedVersions::older, {}, {}, {}});
  }
  co_return page;
}

}  // namespace velum
