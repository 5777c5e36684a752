#include "cli/layout.h"

#include <algorithm>

#include "http/ascii.h"

namespace velum {
namespace {

using enum RowPart;
using enum CellReading;

struct BuiltIn {
  std::string_view column;  // In any case.
  ColumnTarget target;
};
using Columns = std::span<const BuiltIn>;

// What is left out says something about the row in the old system, and nothing about the shopper,
// or is a secret that nobody should carry over.
constexpr BuiltIn master_data_columns[] = {
    {"phone", {profile, "cellPhone"}},
    {"tradeName", {profile, "fancyName"}},
    {"corporateDocument", {profile, "businessDocument"}},
    {"priceTables", {profile, "priceTable"}},
    {"tags", {profile, "tags", list}},
    {"isNewsletterOptIn", {consent, "newsletter"}},
    {"id", {}},
    {"userId", {}},
    {"accountId", {}},
    {"accountName", {}},
    {"dataEntityId", {}},
    {"createdBy", {}},
    {"createdIn", {}},
    {"updatedBy", {}},
    {"updatedIn", {}},
    {"lastInteractionBy", {}},
    {"lastInteractionIn", {}},
    {"followers", {}},
    {"tracking", {}},
    {"auto_filter", {}},
    {"dataSerialization", {}},
};

constexpr BuiltIn master_data_address_columns[] = {
    {"id", {key}},
    {"userId", {owner_id}},
    {"email", {owner_email}},
    {"street", {address, "route"}},
    {"number", {address, "streetNumber"}},
    {"neighborhood", {address, "localityAreaLevel1"}},
    {"city", {address, "locality"}},
    {"state", {address, "administrativeAreaLevel1"}},
    {"country", {address, "countryCode"}},
    {"reference", {address, "nearly"}},
    {"geoCoordinate", {address, "geoCoordinates", coordinates}},
    {"geoCoordinates", {address, "geoCoordinates", coordinates}},
    {"accountId", {}},
    {"accountName", {}},
    {"dataEntityId", {}},
    {"createdBy", {}},
    {"createdIn", {}},
    {"updatedBy", {}},
    {"updatedIn", {}},
    {"lastInteractionBy", {}},
    {"lastInteractionIn", {}},
    {"followers", {}},
    {"tracking", {}},
    {"auto_filter", {}},
    {"dataSerialization", {}},
};

constexpr BuiltIn shopify_columns[] = {
    {"Customer ID", {}},
    {"First Name", {profile, "firstName"}},
    {"Last Name", {profile, "lastName"}},
    {"Email", {profile, "email"}},
    {"Phone", {profile, "cellPhone"}},
    {"Accepts Email Marketing", {consent, "newsletter"}},
    {"Accepts Marketing", {consent, "newsletter"}},
    {"Accepts SMS Marketing", {consent, "sms-marketing"}},
    {"Tags", {profile, "tags", list}},
    {"Note", {profile, "note"}},
    {"Total Spent", {profile, "totalSpent"}},
    {"Total Orders", {profile, "totalOrders"}},
    {"Tax Exempt", {profile, "taxExempt"}},
    {"Default Address Company", {address, "company"}},
    {"Default Address Address1", {address, "route"}},
    {"Default Address Address2", {address, "complement"}},
    {"Default Address City", {address, "locality"}},
    {"Default Address Province Code", {address, "administrativeAreaLevel1"}},
    {"Default Address Country Code", {address, "countryCode"}},
    {"Default Address Zip", {address, "postalCode"}},
    {"Default Address Phone", {address, "phone"}},
    // As exports were until 2022.
    {"Company", {address, "company"}},
    {"Address1", {address, "route"}},
    {"Address2", {address, "complement"}},
    {"City", {address, "locality"}},
    {"Province", {address, "province"}},
    {"Province Code", {address, "administrativeAreaLevel1"}},
    {"Country", {address, "countryName"}},
    {"Country Code", {address, "countryCode"}},
    {"Zip", {address, "postalCode"}},
};

constexpr BuiltIn magento_columns[] = {
    {"email", {profile, "email"}},
    {"firstname", {profile, "firstName"}},
    {"lastname", {profile, "lastName"}},
    {"middlename", {profile, "middleName"}},
    {"dob", {profile, "birthDate"}},
    {"taxvat", {profile, "document"}},
    {"group_id", {profile, "groupId"}},
    {"is_subscribed", {consent, "newsletter"}},
    {"_website", {}},
    {"_store", {}},
    {"website_id", {}},
    {"store_id", {}},
    {"entity_id", {}},
    {"confirmation", {}},
    {"created_at", {}},
    {"created_in", {}},
    {"updated_at", {}},
    {"disable_auto_group_change", {}},
    {"default_billing", {}},
    {"default_shipping", {}},
    {"failures_num", {}},
    {"first_failure", {}},
    {"lock_expires", {}},
    {"session_cutoff", {}},
    {"password", {}},
    {"password_hash", {}},
    {"rp_token", {}},
    {"rp_token_created_at", {}},
};

constexpr BuiltIn magento_address_columns[] = {
    {"_email", {owner_email}},
    {"_entity_id", {key}},
    {"prefix", {address, "receiverName", name_part}},
    {"firstname", {address, "receiverName", name_part}},
    {"middlename", {address, "receiverName", name_part}},
    {"lastname", {address, "receiverName", name_part}},
    {"suffix", {address, "receiverName", name_part}},
    {"street", {address, "route", street}},
    {"city", {address, "locality"}},
    {"region", {address, "administrativeAreaLevel1"}},
    {"postcode", {address, "postalCode"}},
    {"country_id", {address, "countryCode"}},
    {"telephone", {address, "phone"}},
    {"vat_id", {address, "vatId"}},
    {"_website", {}},
    {"_store", {}},
    {"region_id", {}},
    {"vat_is_valid", {}},
    {"vat_request_date", {}},
    {"vat_request_id", {}},
    {"vat_request_success", {}},
    {"_address_default_billing_", {}},
    {"_address_default_shipping_", {}},
};
constexpr std::string_view composite_prefix = "_address_";

constexpr std::string_view profile_fields[] = {
    "email",         "firstName", "lastName",         "document",     "documentType",
    "homePhone",     "cellPhone", "businessPhone",    "birthDate",    "gender",
    "corporateName", "fancyName", "businessDocument", "customerCode", "priceTable",
    "tags",
};
constexpr std::string_view address_fields[] = {
    "postalCode",
    "locality",
    "localityAreaLevel1",
    "route",
    "complement",
    "streetNumber",
    "nearly",
    "receiverName",
    "countryCode",
    "geoCoordinates",
    "administrativeAreaLevel1",
    "addressType",
    "countryName",
    "addressName",
};

struct Named {
  Layout layout;
  std::string_view name;
  Columns columns;
  // A header with all of them, and none of the others, is taken for this layout.
  std::vector<std::string_view> marks;
  std::vector<std::string_view> not_with;
};

const std::vector<Named>& layouts() {
  static const std::vector<Named> all{
      {Layout::master_data, "master-data", master_data_columns, {}, {}},
      {Layout::master_data_addresses,
       "master-data",
       master_data_address_columns,
       {"userId", "postalCode", "street"},
       {"firstName"}},
      {Layout::shopify, "shopify", shopify_columns, {"Accepts Email Marketing", "Email"}, {}},
      {Layout::shopify, "shopify", shopify_columns, {"Accepts Marketing", "Email"}, {}},
      {Layout::magento,
       "magento",
       magento_columns,
       {"_website", "email", "firstname"},
       {"_address_city"}},
      {Layout::magento_addresses,
       "magento-addresses",
       magento_address_columns,
       {"_email", "_entity_id", "postcode"},
       {}},
      {Layout::magento_composite,
       "magento-composite",
       magento_columns,
       {"_website", "email", "_address_city"},
       {}},
  };
  return all;
}

const Named& named(Layout layout) {
  return *std::ranges::find(layouts(), layout, &Named::layout);
}

std::optional<ColumnTarget> find(Columns columns, std::string_view name) {
  for (const BuiltIn& rule : columns) {
    if (equal_ignoring_case(rule.column, name)) return rule.target;
  }
  return std::nullopt;
}

bool has(const std::vector<WipedText>& columns, std::string_view name) {
  return std::ranges::any_of(columns, [name](const WipedText& column) {
    return equal_ignoring_case(trim_blanks(view(column)), name);
  });
}

bool fits(const Named& layout, const std::vector<WipedText>& columns) {
  const auto is_there = [&columns](std::string_view name) { return has(columns, name); };
  return !layout.marks.empty() && std::ranges::all_of(layout.marks, is_there) &&
         std::ranges::none_of(layout.not_with, is_there);
}

Result<Layout> recognise_layout(const std::vector<WipedText>& columns) {
  std::optional<Layout> found;
  for (const Named& each : layouts()) {
    if (!fits(each, columns)) continue;
    if (found && *found != each.layout) {
      return Error(ErrorCode::invalid_argument,
                   "the header fits more than one layout: say which with --layout");
    }
    found = each.layout;
  }
  return found.value_or(Layout::master_data);
}

}  // namespace

std::string_view layout_name(Layout layout) {
  return named(layout).name;
}

RowPart main_part(Layout layout) {
  const bool is_addresses =
      layout == Layout::master_data_addresses || layout == Layout::magento_addresses;
  return is_addresses ? address : profile;
}

std::optional<ColumnTarget> built_in_target(Layout layout, std::string_view column) {
  if (const auto found = find(named(layout).columns, column)) return found;
  const bool is_of_address =
      layout == Layout::magento_composite &&
      equal_ignoring_case(column.substr(0, composite_prefix.size()), composite_prefix);
  if (!is_of_address) return std::nullopt;
  if (const auto found = find(magento_address_columns, column)) return found;
  column.remove_prefix(composite_prefix.size());
  if (const auto found = find(magento_address_columns, column)) return found;
  return ColumnTarget{address, column};
}

std::optional<std::string_view> known_field(RowPart part, std::string_view name) {
  const std::span<const std::string_view> fields =
      part == profile ? std::span<const std::string_view>(profile_fields)
                      : std::span<const std::string_view>(address_fields);
  for (const std::string_view field : fields) {
    if (equal_ignoring_case(field, name)) return field;
  }
  return std::nullopt;
}

Result<Layout> choose_layout(std::string_view name, std::string_view entity,
                             const std::vector<WipedText>& columns) {
  Layout layout = Layout::master_data;
  if (name.empty()) {
    TRY_ASSIGN(layout, recognise_layout(columns));
  } else if (name != layout_name(layout)) {
    layout = std::ranges::find(layouts(), name, &Named::name)->layout;
  } else if (fits(named(Layout::master_data_addresses), columns)) {
    layout = Layout::master_data_addresses;
  }
  const std::string_view main = main_part(layout) == address ? "address" : "profile";
  if (entity.empty() || entity == main) return layout;
  if (layout == Layout::master_data) return Layout::master_data_addresses;
  if (layout == Layout::master_data_addresses) return Layout::master_data;
  return Error(ErrorCode::invalid_argument,
               "the layout says what is in the file: leave --entity out");
}

}  // namespace velum
