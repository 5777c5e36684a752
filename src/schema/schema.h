#pragma once
// Schema: what one entity's documents may hold, and who may see which field.
//
// Fails closed: a field that is not declared is PII. Names match ignoring ASCII case, since the
// documented schema says "birthdate" and the documented documents say "birthDate".
// Immutable; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "json/value.h"
#include "schema/mask.h"

namespace velum {

// A field by which a record can be found.
struct LookupRule {
  std::uint16_t number = 0;  // On disk: entity * 256 + position. Never reused.
  std::string field;         // "email"
  std::string label;         // "profile.email": goes into the digest.
  std::uint16_t normaliser_version = 0;
  bool unique = false;
};

// One value to be found by, normalised. Wiped with the Sensitive.
struct LookupValue {
  const LookupRule* rule = nullptr;  // Lives with the schema.
  Sensitive normalised;
};

class Schema {
 public:
  // The default schema of an entity. Today: profile.
  static std::shared_ptr<const Schema> default_for(EntityId entity);
  // Fails with invalid_argument, saying what about the schema is not allowed.
  static Result<std::shared_ptr<const Schema>> compile(EntityId entity, std::uint32_t revision,
                                                       std::string_view schema_json);
  ~Schema();

  EntityId entity() const;
  std::uint32_t revision() const;
  std::string_view text() const;  // As JSON.

  // Types, required members, string lengths, card data and security codes. Fails with invalid_field
  // (the subject is the field, if the schema declares it), card_data, or invalid_argument (not an
  // object).
  Result<void> validate(const json::Value& document) const;
  // The same for a partial document: nothing is required, null is allowed for nullable fields.
  Result<void> validate_patch(const json::Value& patch) const;

  // The document as its masked rendition: JSON text. PII strings are masked, other PII scalars read
  // null, PII arrays [] and objects {}. "" stays "", null stays null.
  void mask_document(MaskStyle style, const json::Value& document, WipedText& out) const;
  // The same, but the members that `sent` names at top level appear as they are in `document`.
  void mask_all_but(MaskStyle style, const json::Value& document, const json::Value& sent,
                    WipedText& out) const;

  // The write-back guard. Returns `patch` without the PII members that equal the mask of the
  // current value (in either style); fails with masked_value, naming the field if it is declared,
  // for one that looks masked otherwise. `current` is null for a create. Lives in `arena`.
  Result<json::Value> without_masks(const json::Value& patch, const json::Value* current,
                                    json::Arena& arena) const;

  // The values of `document` by which it can be found. Null and empty values give none. Fails with
  // invalid_field if one cannot be normalised (an e-mail without '@').
  Result<std::vector<LookupValue>> lookup_values(const json::Value& document) const;
  // The rule for a name in ?alternativeKey=, ignoring case; nullptr if there is none.
  const LookupRule* lookup_rule(std::string_view field) const;
  // Normalises one value as lookup_values would.
  Result<Sensitive> normalise(const LookupRule& rule, std::string_view value) const;

  // Days, from "documentTTL"; nullopt if records live until they are deleted.
  std::optional<std::uint32_t> document_ttl_days() const;

 private:
  struct State;
  explicit Schema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
