#include "modules/checkout/order_form.h"

#include <set>
#include <utility>

#include "json/json_text.h"
#include "modules/checkout/person_fields.h"
#include "modules/json_read.h"

namespace velum {
namespace {

std::string_view flag_text(bool value) {
  return value ? "true" : "false";
}

std::string optional_flag(std::optional<bool> value) {
  return value ? std::string(flag_text(*value)) : "null";
}

std::string shown_item_json(const CartItem& item) {
  return json_object(
      {{"uniqueId", json_string(item.unique_id)},
       {"id", json_string(item.sku)},
       {"productId", json_string(item.sku)},
       {"refId", json_string(item.sku)},
       {"ean", "null"},
       {"name", json_string(item.name)},
       {"skuName", json_string(item.name)},
       {"seller", json_string(item.seller)},
       {"quantity", std::to_string(item.quantity)},
       {"price", std::to_string(item.price)},
       {"sellingPrice", std::to_string(item.price)},
       {"listPrice", std::to_string(item.list_price)},
       {"tax", "0"},
       {"isGift", "false"},
       {"measurementUnit", R"("un")"},
       {"unitMultiplier", "1"},
       {"attachments", "[]"},
       {"availability", R"("available")"},
       {"priceDefinition",
        json_object({{"calculatedSellingPrice", std::to_string(item.price)},
                     {"total", std::to_string(item.price * item.quantity)},
                     {"sellingPrices", json_array({json_object(
                                           {{"value", std::to_string(item.price)},
                                            {"quantity", std::to_string(item.quantity)}})})}})}});
}

std::string cart_part(const Cart& cart, Viewer viewer, bool has_person) {
  std::string out = "{";
  const auto add = [&out](std::string_view name, std::string_view value) {
    out.append(out.size() > 1 ? ",\"" : "\"").append(name).append("\":").append(value);
  };
  add("orderFormId", json_string(cart_text(cart.row.id)));
  add("salesChannel", R"("1")");
  add("loggedIn", "false");
  add("isCheckedIn", "false");
  add("storeId", "null");
  add("checkedInPickupPointId", "null");
  add("allowManualPrice", "false");
  add("canEditData", flag_text(viewer == Viewer::owner && !cart.is_placed()));
  const bool shows_id = viewer == Viewer::owner && has_person;
  add("userProfileId", shows_id ? json_string(cart.row.subject->subject.text()) : "null");
  add("userType", "null");
  add("ignoreProfileData", "false");
  add("value", std::to_string(cart.value()));
  add("messages", "[]");
  add("items", shown_items_json(cart.items));
  add("selectableGifts", "[]");
  add("totalizers", cart.items.empty() ? "[]" : totals_json(cart.value()));
  return out;
}

void append_shipping(const Cart& cart, const json::Value* person, WipedText& out) {
  const json::Value* address = prospect_address(person, cart.address_id);
  if (address == nullptr) {
    append(out, "null");
    return;
  }
  WipedText one;
  append_cart_address(*address, one);
  append(out, R"({"address":)");
  append(out, view(one));
  for (const std::string_view list : {"selectedAddresses", "availableAddresses"}) {
    append(out, ",\"");
    append(out, list);
    append(out, "\":[");
    append(out, view(one));
    append(out, "]");
  }
  append(out, R"(,"logisticsInfo":[)");
  for (std::size_t index = 0; index < cart.items.size(); ++index) {
    if (index > 0) out.push_back(',');
    append(out,
           json_object({{"itemIndex", std::to_string(index)},
                        {"addressId", json_string(cart.address_id)},
                        {"selectedDeliveryChannel", json_string(cart.choices.delivery_channel)}}));
  }
  append(out, R"(],"pickupPoints":[],"contactInformation":[]})");
}

}  // namespace

std::string shown_items_json(const std::vector<CartItem>& items) {
  std::vector<std::string> parts;
  for (const CartItem& item : items) parts.push_back(shown_item_json(item));
  return json_array(parts);
}

std::string totals_json(std::int64_t value) {
  return json_array({json_object(
      {{"id", R"("Items")"}, {"name", R"("Items Total")"}, {"value", std::to_string(value)}})});
}

std::string sellers_json(const std::vector<CartItem>& items) {
  std::set<std::string> ids;
  for (const CartItem& item : items) ids.insert(item.seller);
  std::vector<std::string> parts;
  for (const std::string& id : ids) {
    parts.push_back(json_object({{"id", json_string(id)}, {"name", json_string(id)}}));
  }
  return json_array(parts);
}

Result<WipedText> order_form_json(const Cart& cart, const CheckoutSettings& settings, Viewer viewer,
                                  const WipedText* person) {
  std::optional<json::Document> document;
  if (person != nullptr) {
    TRY_ASSIGN(document, json::Document::parse(view(*person)));
  }
  const json::Value* root = document ? &document->root() : nullptr;
  WipedText out;
  append(out, cart_part(cart, viewer, root != nullptr));
  append(out, R"(,"shippingData":)");
  append_shipping(cart, root, out);
  append(out, R"(,"clientProfileData":)");
  if (root == nullptr) {
    append(out, "null");
  } else {
    append_client(root, out);
  }
  append(out, R"(,"paymentData":{"installmentOptions":[],"paymentSystems":[],"payments":[],)"
              R"("giftCards":[],"giftCardMessages":[],"availableAccounts":[],"availableTokens":[]})"
              R"(,"marketingData":null,"sellers":)");
  append(out, sellers_json(cart.items));
  const std::string& locale = cart.choices.locale.empty() ? settings.locale : cart.choices.locale;
  append(out, R"(,"clientPreferencesData":)");
  append(out, json_object({{"locale", json_string(locale)},
                           {"optinNewsLetter", optional_flag(cart.choices.newsletter)},
                           {"savePersonalData", optional_flag(cart.choices.save_data)}}));
  append(out, R"(,"commercialConditionData":null,"storePreferencesData":)");
  append(out, store_preferences_json(settings));
  append(out, R"(,"giftRegistryData":null,"openTextField":null,"invoiceData":null,)"
              R"("customData":null,"itemMetadata":null,"hooksData":null,)"
              R"("ratesAndBenefitsData":{"rateAndBenefitsIdentifiers":[],"teaser":[]},)"
              R"("subscriptionData":null,"itemsOrdination":null})");
  return out;
}

}  // namespace velum
