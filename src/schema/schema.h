#pragma once
// Schema: what one entity's documents may hold, and who may see which field.
//
// Fails closed: a field is PII until a schema declares it with "pii": false, and so is a declared
// field whose value has another type than declared. What is only "sensitive" (gender) is shown:
// the word is for the schema's readers. An object's members are each held to their own declaration,
// whatever is said of the object; an undeclared one is PII at any depth. Items of an array are as
// the array unless "items" says otherwise. Names match ignoring ASCII case, since the documented
// schema says "birthdate" and the documented documents say "birthDate".
//
// Taken from JSON Schema: type, properties, required, additionalProperties, items, enum, minLength,
// maxLength (in code points), title, description. Ours: pii, sensitive, mask ("documented" or
// "fixed"), normalise ("email", "phone", "document" or "text", in place of what the name says),
// retentionDays (how long a value is kept, from when the version that holds it was written), and
// at the top v-indexed, v-unique, documentTTL. Everything else is refused. Immutable; any thread.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/sensitive.h"
#include "json/value.h"
#include "schema/mask.h"

namespace velum {

struct ObjectRules;  // schema/field.h

// A field by which a record can be found.
struct LookupRule {
  std::uint16_t number = 0;  // On disk: entity * 256 + position in "v-indexed", which only grows.
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

struct Retained {
  json::Value document;              // What is kept; the same value where that is all.
  std::vector<std::string> removed;  // Declared names ("home.city"), sorted, each once.
};

class Schema {
 public:
  static constexpr std::uint32_t first_revision = 1;  // The default schema's.

  // The default schema of an entity: defaults/.
  static std::shared_ptr<const Schema> default_for(EntityId entity);
  // Fails with invalid_argument, saying what about the schema is not allowed.
  static Result<std::shared_ptr<const Schema>> compile(EntityId entity, std::uint32_t revision,
                                                       std::string_view schema_json);
  // The default schema with a store's own fields: see custom_fields.h, also for how it fails.
  static Result<std::shared_ptr<const Schema>> with_custom_fields(EntityId entity,
                                                                  std::uint32_t revision,
                                                                  std::string_view custom);
  Schema(const Schema&) = delete;
  Schema& operator=(const Schema&) = delete;
  ~Schema();

  EntityId entity() const;
  std::uint32_t revision() const;
  std::string_view text() const;           // As JSON.
  std::string_view custom_fields() const;  // As JSON: "{}" if there are none.
  const ObjectRules& rules() const;

  // Types, required members, string lengths, card data and security codes. Fails with invalid_field
  // (the subject is the field, if the schema declares it), card_data, or invalid_argument (not an
  // object). A declared field under two spellings is an invalid_field. Declared phones and tax ids
  // (by "normalise" or by name, see field.cc) may hold what looks like a card number; nothing else
  // may, at any depth.
  Result<void> validate(const json::Value& document) const;
  // The same for a partial document: nothing is required, null is allowed for nullable fields. A
  // PII text that looks masked is not held to form and length: without_masks() decides about it.
  Result<void> validate_patch(const json::Value& patch) const;

  // The document as its masked rendition: JSON text. PII strings are masked, other PII scalars read
  // null, PII arrays [] and objects {}. "" stays "", null stays null.
  void mask_document(MaskStyle style, const json::Value& document, WipedText& out) const;
  // The same, but what `sent` holds and `document` holds alike appears as it is. Of an object only
  // the members that were sent do: to send {"a":{}} shows nothing of a.
  void mask_all_but(MaskStyle style, const json::Value& document, const json::Value& sent,
                    WipedText& out) const;

  // The same, where what appears as it is are these fields: declared_fields().
  void mask_all_but_fields(MaskStyle style, const json::Value& document,
                           const std::vector<std::string>& fields, WipedText& out) const;

  // A rendition that mask_document made under `made_under`, as both schemas allow it to be shown:
  // what this one hides is masked further, what only `made_under` hid stays as it is.
  void mask_further(MaskStyle style, const Schema& made_under, const json::Value& rendition,
                    WipedText& out) const;

  // The write-back guard. Returns `patch` without the PII members that equal the mask of the
  // current value (as mask_document shows it, or the fixed one); fails with masked_value, naming
  // the field if it is declared, for one that looks masked otherwise (but for cardNumber, which
  // comes with stars). Null is the mask of a PII number or boolean, and then keeps it, unless the
  // field is declared nullable: then it removes, as it does for text. What mask_document leaves out
  // has no mask. A declared name gets the spelling that `current` has for it. `current` is null for
  // a create. Lives in `arena`, and refers to `patch` and `current`.
  Result<json::Value> without_masks(MaskStyle style, const json::Value& patch,
                                    const json::Value* current, json::Arena& arena) const;

  // The values of `document` by which it can be found. Null and empty values give none. Fails with
  // invalid_field if one cannot be normalised (an e-mail without '@').
  Result<std::vector<LookupValue>> lookup_values(const json::Value& document) const;
  // The rule for a name in ?alternativeKey=, ignoring case; nullptr if there is none.
  const LookupRule* lookup_rule(std::string_view field) const;
  // Normalises one value as lookup_values would.
  Result<Sensitive> normalise(const LookupRule& rule, std::string_view value) const;

  // Can a version that was written so long ago hold what is not kept any more? One comparison.
  bool may_hold_expired(Ticks age) const;
  // Does any field say how long it is kept?
  bool has_retention() const { return may_hold_expired(Ticks::max() - Ticks(1)); }
  // A rendition of such a version, full or masked, without the members that are not kept any more.
  // Lives in `arena`, and refers to `document`.
  Retained retained(const json::Value& document, Ticks age, json::Arena& arena) const;

  // Days, from "documentTTL"; nullopt if records live until they are deleted.
  std::optional<std::uint32_t> document_ttl_days() const;

 private:
  struct State;
  static Result<std::unique_ptr<State>> state_of(EntityId entity, std::uint32_t revision,
                                                 std::string_view schema_json);
  explicit Schema(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace velum
