#include "test/model/masks.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <set>
#include <utility>

namespace velum::model {
namespace {

using ValueKind = Value::Kind;
using Paths = std::set<std::string>;

// A kind of document whose members hang at `prefix` of another.
void add(Paths& paths, const std::string& prefix, const Paths& inner) {
  for (const std::string& path : inner) paths.insert(prefix + path);
}

Paths payment_paths() {
  return {"paymentData",
          "paymentData.availableAccounts",
          "paymentData.availableAccounts[]",
          "paymentData.availableAccounts[].accountId",
          "paymentData.availableAccounts[].bin",
          "paymentData.availableAccounts[].isExpired",
          "paymentData.numberOfPaymentErrors"};
}

Paths prospect_paths() {
  Paths paths{"gender",
              "documentType",
              "isPJ",
              "corporateName",
              "availableAddresses",
              "availableAddresses[]",
              "contacts",
              "contacts[]",
              "contacts[].documentType",
              "invoiceSubject",
              "invoiceSubject.corporateName"};
  add(paths, "availableAddresses[].", {"addressName", "addressType", "state", "country"});
  add(paths, "", payment_paths());
  return paths;
}

Paths purchase_paths() {
  Paths paths{"isToSavePersonalData", "clientPreferences", "clientPreferences.localeDefault",
              "clientPreferences.isNewsletterOptIn"};
  add(paths, "", payment_paths());
  return paths;
}

const std::map<EntityId, Paths>& clear_paths() {
  static const std::map<EntityId, Paths> paths{
      {EntityId::profile,
       {"gender", "documentType", "corporateName", "priceTable", "tags", "tags[]"}},
      {EntityId::prospect, prospect_paths()},
      {EntityId::address,
       {"countryCode", "administrativeAreaLevel1", "addressType", "addressName", "profileId"}},
      {EntityId::contact, {"documentType", "profileId"}},
      {EntityId::invoice_subject, {"corporateName", "profileId"}},
      {EntityId::pickup_info, {"documentType", "pickupPointId", "profileId"}},
      {EntityId::purchase_info, purchase_paths()},
      {EntityId::consent, {"purpose", "granted", "source", "profileId"}},
  };
  return paths;
}

// A place in a document, with what of it is shown.
struct Place {
  const Marks& marks;
  std::string path;  // Of the document itself: "".

  Place member(const std::string& name) const {
    return {marks, path.empty() ? name : path + "." + name};
  }
  Place items() const { return {marks, path + "[]"}; }
  bool is_clear() const { return path.empty() || marks.are_clear(path); }
};

Value masked_at(const Place& place, const Value& value) {
  const bool is_clear = place.is_clear();
  switch (value.kind) {
    case ValueKind::null: return value;
    case ValueKind::boolean:
    case ValueKind::number: return is_clear ? value : Value();
    case ValueKind::text: return is_clear ? value : text_value(mask_of(value.text));
    case ValueKind::array: {
      Value shown = array_value({});
      if (!is_clear) return shown;
      for (const Value& item : value.items) shown.items.push_back(masked_at(place.items(), item));
      return shown;
    }
    case ValueKind::object: {
      Value shown = object_value();
      if (!is_clear) return shown;
      for (const auto& [name, member] : value.members) {
        shown.members.emplace(name, masked_at(place.member(name), member));
      }
      return shown;
    }
  }
  return {};
}

Value masked_but_at(const Place& place, const Value& value, const Value* sent) {
  if (sent == nullptr) return masked_at(place, value);
  if (!value.is_object() || !sent->is_object()) return value;
  Value shown = object_value();
  for (const auto& [name, member] : value.members) {
    const Value* const its = sent->find(name);
    if (its == nullptr && !place.is_clear()) continue;
    shown.members.emplace(name, masked_but_at(place.member(name), member, its));
  }
  return shown;
}

bool holds_a_mask(const Place& place, const Value& value) {
  if (value.is_text()) {
    return !place.is_clear() && (value.text == "*" || value.text.find("**") != std::string::npos);
  }
  return std::ranges::any_of(
             value.items, [&](const Value& item) { return holds_a_mask(place.items(), item); }) ||
         std::ranges::any_of(value.members, [&](const auto& member) {
           return holds_a_mask(place.member(member.first), member.second);
         });
}

// Null stands for two things: the mask of a personal number or boolean, and "remove this".
bool is_kept(const Place& place, const Value& sent, const Value& current) {
  return sent != current && sent == masked_at(place, current) && !current.is_object();
}

Result<Value> without_masks_at(const Place& place, const Value& patch, const Value* current) {
  Value kept = object_value();
  for (const auto& [name, sent] : patch.members) {
    const Place inner = place.member(name);
    const Value* const was = current == nullptr ? nullptr : current->find(name);
    // Of an object that is shown as {} nobody has seen a member's mask.
    if (was != nullptr && place.is_clear() && is_kept(inner, sent, *was)) continue;
    if (sent.is_object()) {
      TRY_ASSIGN(Value value, without_masks_at(inner, sent, was));
      kept.members.emplace(name, std::move(value));
    } else if (holds_a_mask(inner, sent)) {
      return Error(ErrorCode::masked_value, "masked text was sent");
    } else {
      kept.members.emplace(name, sent);
    }
  }
  return kept;
}

}  // namespace

bool Marks::are_clear(const std::string& path) const {
  // An array's items are as the array.
  const std::string field = path.substr(0, path.find('['));
  return custom.contains(field) || clear_paths().at(entity).contains(path);
}

std::string mask_of(const std::string& text) {
  std::string mask;
  bool in_run = false;
  for (const char letter : text) {
    const bool is_word = std::isalnum(static_cast<unsigned char>(letter)) != 0;
    mask.push_back(is_word && in_run ? '*' : letter);
    in_run = is_word;
  }
  return mask == text ? std::string(text.size(), '*') : mask;
}

Value masked(const Marks& marks, const Value& document) {
  return masked_at({marks, ""}, document);
}

Value masked_but(const Marks& marks, const Value& document, const Value& sent) {
  return masked_but_at({marks, ""}, document, &sent);
}

Result<Value> without_masks(const Marks& marks, const Value& patch, const Value& current) {
  return without_masks_at({marks, ""}, patch, &current);
}

}  // namespace velum::model
