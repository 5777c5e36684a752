#include "schema/schema.h"

#include <algorithm>
#include <utility>

#include "schema/compile.h"
#include "schema/custom_fields.h"
#include "schema/defaults.h"
#include "schema/field_names.h"
#include "schema/mask_further.h"
#include "schema/normalise.h"
#include "schema/redact.h"
#include "schema/retention.h"
#include "schema/validate.h"
#include "schema/write_back.h"

namespace velum {
namespace {

std::string_view default_text(EntityId entity) {
  switch (entity) {
    case EntityId::profile: return default_profile();
    case EntityId::prospect: return default_prospect();
    case EntityId::address: return default_address();
    case EntityId::purchase_info: return default_purchase_info();
    case EntityId::contact: return default_contact();
    case EntityId::invoice_subject: return default_invoice_subject();
    case EntityId::pickup_info: return default_pickup_info();
    case EntityId::consent: return default_consent();
  }
  VELUM_CHECK(false);
}

// 256 positions an entity: see LookupRule::number.
std::uint16_t lookup_number(EntityId entity, std::size_t position) {
  return static_cast<std::uint16_t>(static_cast<std::size_t>(entity) * ObjectRules::fields_max +
                                    position);
}

std::vector<LookupRule> lookup_rules(EntityId entity, const CompiledSchema& compiled) {
  std::vector<LookupRule> rules;
  for (const std::size_t place : compiled.indexed) {
    LookupRule& rule = rules.emplace_back();
    rule.number = lookup_number(entity, rules.size() - 1);
    rule.field = compiled.root.fields[place].name;
    rule.label = std::string(entity_name(entity)).append(".").append(rule.field);
    rule.normaliser_version = normaliser_version;
    rule.unique = std::ranges::find(compiled.unique, place) != compiled.unique.end();
  }
  return rules;
}

}  // namespace

struct Schema::State {
  State(json::Document the_document, CompiledSchema the_compiled)
      : document(std::move(the_document)), compiled(std::move(the_compiled)) {}

  json::Document document;  // The compiled schema refers to it.
  CompiledSchema compiled;
  EntityId entity{};
  std::uint32_t revision = 0;
  std::string text;
  std::string custom = "{}";
  std::vector<LookupRule> lookups;
};

Schema::Schema(std::unique_ptr<State> state) : state_(std::move(state)) {}
Schema::~Schema() = default;

std::shared_ptr<const Schema> Schema::default_for(EntityId entity) {
  auto schema = compile(entity, first_revision, default_text(entity));
  VELUM_CHECK(schema.has_value());
  return *std::move(schema);
}

Result<std::shared_ptr<const Schema>> Schema::with_custom_fields(EntityId entity,
                                                                 std::uint32_t revision,
                                                                 std::string_view custom) {
  TRY_ASSIGN(ExtendedSchema extended, extend_schema(default_text(entity), custom));
  TRY_ASSIGN(std::unique_ptr<State> state, state_of(entity, revision, extended.text));
  state->custom = std::move(extended.custom);
  return std::shared_ptr<const Schema>(new Schema(std::move(state)));
}

Result<std::shared_ptr<const Schema>> Schema::compile(EntityId entity, std::uint32_t revision,
                                                      std::string_view schema_json) {
  TRY_ASSIGN(std::unique_ptr<State> state, state_of(entity, revision, schema_json));
  return std::shared_ptr<const Schema>(new Schema(std::move(state)));
}

Result<std::unique_ptr<Schema::State>> Schema::state_of(EntityId entity, std::uint32_t revision,
                                                        std::string_view schema_json) {
  auto document = json::Document::parse(schema_json);
  if (!document) return Error(ErrorCode::invalid_argument, "the schema is not JSON");
  TRY_ASSIGN(CompiledSchema compiled, compile_schema(document->root()));
  auto state = std::make_unique<State>(*std::move(document), std::move(compiled));
  state->entity = entity;
  state->revision = revision;
  state->text = schema_json;
  state->lookups = lookup_rules(entity, state->compiled);
  return state;
}

EntityId Schema::entity() const {
  return state_->entity;
}
std::uint32_t Schema::revision() const {
  return state_->revision;
}
std::string_view Schema::text() const {
  return state_->text;
}
const ObjectRules& Schema::rules() const {
  return state_->compiled.root;
}
std::string_view Schema::custom_fields() const {
  return state_->custom;
}
std::optional<std::uint32_t> Schema::document_ttl_days() const {
  return state_->compiled.document_ttl_days;
}

bool Schema::may_hold_expired(Ticks age) const {
  return age >= state_->compiled.retention_min;
}

Retained Schema::retained(const json::Value& document, Ticks age, json::Arena& arena) const {
  if (!may_hold_expired(age)) return {document, {}};
  VELUM_CHECK(document.is_object());
  return retain(state_->compiled.root, document, age, arena);
}

Result<void> Schema::validate(const json::Value& document) const {
  return validate_document(state_->compiled.root, document, Completeness::whole);
}

Result<void> Schema::validate_patch(const json::Value& patch) const {
  return validate_document(state_->compiled.root, patch, Completeness::partial);
}

void Schema::mask_document(MaskStyle style, const json::Value& document, WipedText& out) const {
  VELUM_CHECK(document.is_object());
  Redactor(style, out).document(state_->compiled.root, document, nullptr);
}

void Schema::mask_all_but(MaskStyle style, const json::Value& document, const json::Value& sent,
                          WipedText& out) const {
  VELUM_CHECK(document.is_object() && sent.is_object());
  Redactor(style, out).document(state_->compiled.root, document, &sent);
}

void Schema::mask_all_but_fields(MaskStyle style, const json::Value& document,
                                 const std::vector<std::string>& fields, WipedText& out) const {
  VELUM_CHECK(document.is_object());
  json::Arena arena;
  mask_all_but(style, document, picked(document, fields, arena), out);
}

void Schema::mask_further(MaskStyle style, const Schema& made_under, const json::Value& rendition,
                          WipedText& out) const {
  VELUM_CHECK(rendition.is_object());
  FurtherMask(style, out)
      .object(&made_under.state_->compiled.root, &state_->compiled.root, rendition);
}

Result<json::Value> Schema::without_masks(MaskStyle style, const json::Value& patch,
                                          const json::Value* current, json::Arena& arena) const {
  if (!patch.is_object()) {
    return Error(ErrorCode::invalid_argument, "a document must be a JSON object");
  }
  return remove_masks(state_->compiled.root, style, patch, current, arena);
}

Result<std::vector<LookupValue>> Schema::lookup_values(const json::Value& document) const {
  std::vector<LookupValue> values;
  for (const auto& [name, value] : document.members()) {
    const LookupRule* const rule = lookup_rule(name);
    if (rule == nullptr || value.is_null()) continue;
    if (!value.is_string()) {
      return Error(ErrorCode::invalid_field, "an indexed field must be a string", rule->field);
    }
    if (value.text().empty()) continue;
    TRY_ASSIGN(Sensitive normalised, normalise(*rule, value.text()));
    if (!normalised.text().empty()) values.push_back({rule, std::move(normalised)});
  }
  return values;
}

const LookupRule* Schema::lookup_rule(std::string_view field) const {
  const std::size_t place = state_->compiled.root.place_of(field);
  const auto indexed = std::ranges::find(state_->compiled.indexed, place);
  if (indexed == state_->compiled.indexed.end()) return nullptr;
  return &state_->lookups[static_cast<std::size_t>(indexed - state_->compiled.indexed.begin())];
}

Result<Sensitive> Schema::normalise(const LookupRule& rule, std::string_view value) const {
  const Field* const field = state_->compiled.root.find(rule.field);
  VELUM_CHECK(field != nullptr);
  auto normalised = normalise_value(field->meaning, value);
  if (normalised) return normalised;
  return Error(ErrorCode::invalid_field, "a value is not one that the field can have", rule.field);
}

}  // namespace velum
