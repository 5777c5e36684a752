#include "modules/checkout/order_form.h"

#include <set>

#include "modules/checkout/person_fields.h"
#include "modules/json_writer.h"

namespace velum {
namespace {

std::string_view flag_or_null(std::optional<bool> value) {
  if (!value) return "null";
  return *value ? "true" : "false";
}

void append_shown_item(const CartItem& item, WipedText& out) {
  JsonObject one(out);
  one.text("uniqueId", item.unique_id);
  for (const std::string_view name : {"id", "productId", "refId"}) one.text(name, item.sku);
  one.nulls({"ean"});
  for (const std::string_view name : {"name", "skuName"}) one.text(name, item.name);
  one.text("seller", item.seller);
  one.number("quantity", item.quantity);
  for (const std::string_view name : {"price", "sellingPrice"}) one.number(name, item.price);
  one.number("listPrice", item.list_price);
  append(out, R"(,"tax":0,"isGift":false,"measurementUnit":"un","unitMultiplier":1,)"
              R"("attachments":[],"availability":"available")");
  JsonObject definition(one.member("priceDefinition"));
  definition.number("calculatedSellingPrice", item.price);
  definition.number("total", item.price * item.quantity);
  append(definition.member("sellingPrices"), "[");
  JsonObject price(out);
  price.number("value", item.price);
  price.number("quantity", item.quantity);
  append(out, "}]}}");
}

void append_cart(const Cart& cart, Viewer viewer, bool has_person, JsonObject& form) {
  form.text("orderFormId", cart_text(cart.row.id));
  form.text("salesChannel", "1");
  form.flag("loggedIn", false);
  form.flag("isCheckedIn", false);
  form.nulls({"storeId", "checkedInPickupPointId"});
  form.flag("allowManualPrice", false);
  form.flag("canEditData", viewer == Viewer::owner && !cart.is_closed());
  if (viewer == Viewer::owner && has_person) {
    form.text("userProfileId", cart.row.subject->subject.text());
  } else {
    form.nulls({"userProfileId"});
  }
  form.nulls({"userType"});
  form.flag("ignoreProfileData", false);
  form.number("value", value_of(cart.items));
  form.raw("messages", "[]");
  append_shown_items(cart.items, form.member("items"));
  form.raw("selectableGifts", "[]");
  if (cart.items.empty()) {
    form.raw("totalizers", "[]");
  } else {
    append_totals(value_of(cart.items), form.member("totalizers"));
  }
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
  append(out, R"(,"logisticsInfo":)");
  std::int64_t index = 0;
  append_array(cart.items, out, [&](const CartItem&, WipedText& to) {
    JsonObject one_item(to);
    one_item.number("itemIndex", index++);
    one_item.text("addressId", cart.address_id);
    one_item.text("selectedDeliveryChannel", cart.choices.delivery_channel);
    one_item.end();
  });
  append(out, R"(,"pickupPoints":[],"contactInformation":[]})");
}

}  // namespace

void append_shown_items(const std::vector<CartItem>& items, WipedText& out) {
  append_array(items, out, append_shown_item);
}

void append_totals(std::int64_t value, WipedText& out) {
  append(out, R"([{"id":"Items","name":"Items Total","value":)");
  append(out, std::to_string(value));
  append(out, "}]");
}

void append_sellers(const std::vector<CartItem>& items, WipedText& out) {
  std::set<std::string_view> ids;
  for (const CartItem& item : items) ids.insert(item.seller);
  append_array(ids, out, [](std::string_view id, WipedText& to) {
    JsonObject one(to);
    one.text("id", id);
    one.text("name", id);
    one.end();
  });
}

Result<WipedText> order_form_json(const Cart& cart, const CheckoutSettings& settings, Viewer viewer,
                                  const WipedText* person) {
  std::optional<json::Document> document;
  if (person != nullptr) {
    TRY_ASSIGN(document, json::Document::parse(view(*person)));
  }
  const json::Value* root = document ? &document->root() : nullptr;
  WipedText out;
  JsonObject form(out);
  append_cart(cart, viewer, root != nullptr, form);
  append_shipping(cart, root, form.member("shippingData"));
  WipedText& client = form.member("clientProfileData");
  if (root == nullptr) {
    append(client, "null");
  } else {
    append_client(root, client);
  }
  append(out, R"(,"paymentData":{"installmentOptions":[],"paymentSystems":[],"payments":[],)"
              R"("giftCards":[],"giftCardMessages":[],"availableAccounts":[],"availableTokens":[]})"
              R"(,"marketingData":null)");
  append_sellers(cart.items, form.member("sellers"));
  const std::string& locale = cart.choices.locale.empty() ? settings.locale : cart.choices.locale;
  JsonObject preferences(form.member("clientPreferencesData"));
  preferences.text("locale", locale);
  const bool is_owner = viewer == Viewer::owner;
  preferences.raw("optinNewsLetter", is_owner ? flag_or_null(cart.choices.newsletter) : "null");
  preferences.raw("savePersonalData", is_owner ? flag_or_null(cart.choices.save_data) : "null");
  preferences.end();
  form.raw("storePreferencesData", store_preferences_json(settings));
  form.nulls({"commercialConditionData", "giftRegistryData", "openTextField", "invoiceData",
              "customData", "itemMetadata", "hooksData", "subscriptionData", "itemsOrdination"});
  form.raw("ratesAndBenefitsData", R"({"rateAndBenefitsIdentifiers":[],"teaser":[]})");
  form.end();
  return out;
}

}  // namespace velum
