#include "cli/layout.h"

#include <gtest/gtest.h>

#include "cli/for_test.h"
#include "cli/record_reader.h"

namespace velum {
namespace {

constexpr const char* cl = "id,userId,email,firstName,isNewsletterOptIn";
constexpr const char* ad = "id,userId,postalCode,street,number";
constexpr const char* shopify = "Customer ID,Email,Accepts Email Marketing";
constexpr const char* magento = "email,_website,_store,firstname,password_hash";
constexpr const char* magento_addresses = "_website,_email,_entity_id,city,postcode";
constexpr const char* composite = "email,_website,_store,firstname,_address_city";

// "shopify", "master-data of addresses", or what is wrong.
std::string chosen(const std::string& header, std::string_view name = "",
                   std::string_view entity = "") {
  auto reader = RecordReader::open(std::make_unique<TextInput>(header + "\n"), std::nullopt);
  const auto layout = choose_layout(name, entity, reader->columns());
  if (!layout) return std::string(layout.error().message());
  std::string text(layout_name(*layout));
  return main_part(*layout) == RowPart::address ? text + " of addresses" : text;
}

TEST(Layout, IsRecognisedByTheHeader) {
  EXPECT_EQ(chosen(cl), "master-data");
  EXPECT_EQ(chosen("email"), "master-data");
  EXPECT_EQ(chosen("{}"), "master-data");
  EXPECT_EQ(chosen(ad), "master-data of addresses");
  EXPECT_EQ(chosen(shopify), "shopify");
  EXPECT_EQ(chosen("First Name;EMAIL;accepts marketing"), "shopify");
  EXPECT_EQ(chosen(magento), "magento");
  EXPECT_EQ(chosen(magento_addresses), "magento-addresses of addresses");
  EXPECT_EQ(chosen(composite), "magento-composite");
  // A shopper's row with an address in it is a shopper's.
  EXPECT_EQ(chosen("userId,email,firstName,street,postalCode"), "master-data");
  EXPECT_EQ(chosen(std::string(shopify) + "," + magento),
            "the header fits more than one layout: say which with --layout");
}

TEST(Layout, IsWhatTheOperatorSays) {
  EXPECT_EQ(chosen(std::string(shopify) + "," + magento, "magento"), "magento");
  EXPECT_EQ(chosen("email", "shopify"), "shopify");
  EXPECT_EQ(chosen("email", "magento-addresses"), "magento-addresses of addresses");
  EXPECT_EQ(chosen(shopify, "master-data"), "master-data");
  EXPECT_EQ(chosen(ad, "master-data"), "master-data of addresses");
  EXPECT_EQ(chosen("email,street", "", "address"), "master-data of addresses");
  EXPECT_EQ(chosen("email,street", "master-data", "address"), "master-data of addresses");
  EXPECT_EQ(chosen(ad, "", "address"), "master-data of addresses");
  EXPECT_EQ(chosen(ad, "", "profile"), "master-data");
  EXPECT_EQ(chosen(shopify, "", "profile"), "shopify");
  EXPECT_EQ(chosen(shopify, "", "address"),
            "the layout says what is in the file: leave --entity out");
  EXPECT_EQ(chosen(cl, "magento-addresses", "profile"),
            "the layout says what is in the file: leave --entity out");
}

}  // namespace
}  // namespace velum
