#pragma once
// Conditions: questions about one document that are answered yes or no. Read from a request's body,
// with what they ask about: clear fields, or PII, which whoever answers has to allow first.
//
//   {"conditions": [{"field": "gender", "equals": "female"}, {"field": "tags", "contains": "vip"}]}
//
// A field is named as the schema declares it, ignoring case; what it does not declare by its exact
// name, and is PII. Dots lead into objects ("home.city"), not into arrays. What is null, not there,
// or of another kind than declared fits no condition but {"exists": false}. Declared e-mails,
// phones and tax ids are equal as look-ups are; other texts are by the letter, numbers by value.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "schema/field.h"
#include "schema/schema.h"

namespace velum {

struct Condition {
  enum class Test : std::uint8_t { equals, in, exists, range, prefix, contains };

  struct Step {
    std::string_view name;
    const Field* field = nullptr;  // Null: undeclared.
  };

  std::vector<Step> path;  // At least one.
  Test test{};
  json::Value operand;
  bool asks_pii = true;

  const Field* field() const { return path.back().field; }
  // How many values it is about.
  std::uint32_t values() const;
  bool holds(const json::Value& document) const;
};

class Conditions {
 public:
  static constexpr std::size_t count_max = 32;
  static constexpr std::uint32_t values_max = 100;  // Of all together.
  static constexpr std::size_t value_size_max_bytes = 1024;

  // Fails with invalid_json or invalid_argument: for a body of another form, for more than the
  // above, and for the prefix of a PII field, which would spell it out letter by letter. `schema`
  // outlives the conditions.
  static Result<Conditions> read(const Schema& schema, std::string_view body);

  // How many values the conditions that ask about PII have: what can be learnt from the answers.
  std::uint32_t pii_values() const;
  bool ask_pii() const { return pii_values() > 0; }
  // For the audit log: the declared names of the PII fields, sorted, each once; "(undeclared)" for
  // any other.
  std::vector<std::string> pii_fields() const;

  // In the order of the conditions.
  std::vector<bool> answers(const json::Value& document) const;

 private:
  explicit Conditions(json::Document body) : body_(std::move(body)) {}

  json::Document body_;  // The conditions refer to it.
  std::vector<Condition> conditions_;
};

}  // namespace velum
