#pragma once
// One profile as an answer shows it.

#include <optional>
#include <string>

#include "json/value.h"
#include "test/sim/people.h"

namespace velum {

struct Shown {
  std::string id;
  std::string version;
  std::optional<Instant> expires_at;
  std::string email;
  Names names;

  // An object, or an array of one, as the API's answers are; nullopt if it is neither.
  static std::optional<Shown> of(std::string_view body) {
    const auto parsed = json::Document::parse(body);
    if (!parsed) return std::nullopt;
    const json::Value* root = &parsed->root();
    if (root->is_array()) {
      if (root->items().size() != 1) return std::nullopt;
      root = root->items().data();
    }
    const json::Value* meta = root->is_object() ? root->find("meta") : nullptr;
    const json::Value* document = root->is_object() ? root->find("document") : nullptr;
    if (meta == nullptr || document == nullptr) return std::nullopt;
    Shown shown{text(*root, "id"),
                text(*meta, "version"),
                {},
                text(*document, "email"),
                {text(*document, "firstName"), text(*document, "lastName")}};
    shown.expires_at = parse_instant(text(*meta, "expirationDate"));
    return shown;
  }

 private:
  static std::string text(const json::Value& object, std::string_view name) {
    const json::Value* value = object.find(name);
    return value != nullptr && value->is_string() ? std::string(value->text()) : std::string();
  }
};

}  // namespace velum
