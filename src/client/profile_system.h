#pragma once
// ProfileSystem: how what is outside the Profile System reaches people: by token, masked unless it
// says why, and on record. In process it goes to the engine; elsewhere it may go over HTTP.
//
// An object is one requester's way in, made for one request: who asks, in which account and by what
// right is settled when it is made. Nothing that it gives may be kept but tokens, versions and
// digests.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "io/task.h"

namespace velum {

// A record, and which state of it. None: the current one.
struct DocumentPlace {
  EntityId entity{};
  Token subject;
  RecordId record;
  std::optional<VersionId> version;
};
// The record that a subject is named by.
DocumentPlace own_document(EntityId entity, Token subject,
                           std::optional<VersionId> version = std::nullopt);

// JSON, masked or not as the call says, with the place of what is shown.
struct ShownDocument {
  DocumentPlace place;
  WipedText document;
};

// What documents are revealed for, as the audit log has it: "GetUnmaskedPersonalInformation" of an
// order, by its id. Why somebody wants to is the request's own matter.
struct RevealPurpose {
  std::string action;
  std::string target;
};

// A value to search by, and how it is spelled alike.
enum class PseudonymOf : std::uint8_t { email, document, full_name };
std::string_view pseudonym_name(PseudonymOf of);  // "email".
struct PseudonymTerm {
  PseudonymOf of{};
  std::string_view value;
};

class ProfileSystem {
 public:
  // A new subject. The answer shows it as it was sent. Fails as the API does.
  virtual Task<Result<ShownDocument>> create(EntityId entity, std::string_view document,
                                             std::optional<std::uint32_t> ttl_days) = 0;
  // RFC 7396. The answer shows what was sent as it was sent, and every other member masked.
  virtual Task<Result<ShownDocument>> change(DocumentPlace place, std::string_view patch,
                                             std::optional<std::uint32_t> ttl_days) = 0;
  // A prospect becomes a profile, for good, with a consent in the same commit unless that is empty;
  // one that is a profile already is shown as it is. conflict says that its e-mail is another's.
  virtual Task<Result<ShownDocument>> convert(Token prospect, std::string_view consent) = 0;
  virtual Task<Result<void>> remove(DocumentPlace place) = 0;
  // In the order of `places`. None where there is no such thing (any more).
  virtual Task<Result<std::vector<std::optional<ShownDocument>>>> masked(
      std::vector<DocumentPlace> places) = 0;
  // All that hang on `owner`, the oldest first.
  virtual Task<Result<std::vector<ShownDocument>>> masked_parts(Token owner, EntityId entity) = 0;

  // The same unmasked, if the requester may, with their reason: on record, each, before any is
  // opened.
  virtual Task<Result<std::vector<std::optional<ShownDocument>>>> unmask(
      std::vector<DocumentPlace> places, RevealPurpose purpose) = 0;

  // One search digest for each, none for what is empty or no such value. They differ with
  // `recipient`: what two of them keep cannot be joined.
  virtual std::vector<Bytes> pseudonyms(std::string_view recipient,
                                        std::span<const PseudonymTerm> terms) const = 0;

  virtual ~ProfileSystem() = default;
};

}  // namespace velum
