#pragma once
// Writes a document as somebody may see it who may not see all of it.

#include <cstdint>

#include "base/sensitive.h"
#include "json/value.h"
#include "schema/field.h"

namespace velum {

class Redactor {
 public:
  // The references outlive the redactor.
  Redactor(MaskStyle style, WipedText& out) : style_(style), out_(out) {}

  // `sent`, if given, is what the caller has just sent, and so knows: what of `object` equals it is
  // shown. Both are objects.
  void document(const ObjectRules& rules, const json::Value& object, const json::Value* sent) {
    write_object(&rules, object, sent, Unsent::masked);
  }
  // The masked rendition of one value of `field` (nullptr: undeclared).
  void value(const Field* field, const json::Value& value);

 private:
  enum class Unsent : std::uint8_t { masked, left_out };

  void write_object(const ObjectRules* rules, const json::Value& object, const json::Value* sent,
                    Unsent unsent);
  void write_known(const Field* field, const json::Value& value, const json::Value& sent);
  void write_masked_object(const Field* field, const json::Value& value);
  void write_masked_array(const Field* field, const json::Value& value);
  void write_masked_text(const Field* field, std::string_view text);

  MaskStyle style_;
  WipedText& out_;
  WipedText scratch_;
};

}  // namespace velum
