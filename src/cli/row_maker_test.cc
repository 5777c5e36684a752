#include "cli/row_maker.h"

#include <gtest/gtest.h>

#include "cli/for_test.h"

namespace velum {
namespace {

struct File {
  Layout layout = Layout::master_data;
  std::string_view map;
  std::string_view clients;
};

RecordReader reader_of(std::string_view text) {
  return *RecordReader::open(std::make_unique<TextInput>(std::string(text)), std::nullopt);
}

// All of the text's records as one row, or what is wrong with it.
std::string row_of(std::string_view text, const File& file = {}) {
  const auto map = ColumnMap::with(file.layout, file.map);
  if (!map) return std::string(map.error().message());
  std::optional<ClientEmails> clients;
  if (!file.clients.empty()) {
    RecordReader reader = reader_of(file.clients);
    auto read = ClientEmails::read(reader);
    if (!read) return std::string(read.error().message());
    clients = *std::move(read);
  }
  RecordReader reader = reader_of(text);
  const RowMaker maker(*map, reader.columns(), clients ? &*clients : nullptr);
  std::vector<RawRecord> records;
  while (auto record = *reader.next()) records.push_back(*std::move(record));
  const auto made = maker.row_of(records);
  if (made) return std::string(view(*made));
  return std::string(made.error().message()) + "|" + made.error().subject();
}

struct Case {
  const char* text;
  const char* row;
};

TEST(RowMaker, MakesAProfileOfARecord) {
  const Case cases[] = {
      {"email,firstName\na@b,Ana\n", R"({"profile":{"email":"a@b","firstName":"Ana"}})"},
      {"EMAIL, firstname \na@b,Ana\n", R"({"profile":{"email":"a@b","firstName":"Ana"}})"},
      {"email,phone,tradeName,corporateDocument,priceTables\na,1,T,2,b2b\n",
       R"({"profile":{"email":"a","cellPhone":"1","fancyName":"T","businessDocument":"2",)"
       R"("priceTable":"b2b"}})"},
      {"id,userId,createdIn,email\n1,2,3,a@b\n", R"({"profile":{"email":"a@b"}})"},
      {"email,isCorporate,shoeSize\na,true,\n",
       R"({"profile":{"email":"a","isCorporate":"true"}})"},
      {"email,tags\na,\"x, y;z\"\n", R"({"profile":{"email":"a","tags":["x","y","z"]}})"},
      {"email,note\na,\"say \"\"hi\"\"\n\\\"\n",
       R"({"profile":{"email":"a","note":"say \"hi\"\n\\"}})"},
      {R"({"email":"a","phone":"1","id":7,"n":{"x":[1.50,true]},"gender":null})",
       R"({"profile":{"email":"a","cellPhone":"1","n":{"x":[1.50,true]}}})"},
      {R"({"email":"a","email":"b"})", "a member name appears twice in one object|"},
      {R"({"email":"a","Email":"b"})",
       "two columns become the same field: leave one out with --map|email"},
      {"shoe,shoe\n1,2\n", "two columns become the same field: leave one out with --map|"},
      {"phone,cellPhone\n1,2\n",
       "two columns become the same field: leave one out with --map|cellPhone"},
      {"a,b\n1\n", "the row has another number of cells than the header|"},
      {"{]", "the text is not JSON in UTF-8|"},
  };
  for (const Case& c : cases) EXPECT_EQ(row_of(c.text), c.row) << c.text;
}

std::string consent(std::string_view cell, std::string_view column = "isNewsletterOptIn") {
  return row_of("email," + std::string(column) + "\na," + std::string(cell) + "\n");
}

TEST(RowMaker, ANewsletterFlagIsAConsent) {
  const std::string before =
      R"({"profile":{"email":"a"},"parts":[{"entity":"consent","key":"newsletter","document":)"
      R"({"purpose":"newsletter","granted":)";
  const std::string after = R"(,"source":"import master-data"}}]})";
  for (const char* yes : {"true", "True", "yes", "1", " y "}) {
    EXPECT_EQ(consent(yes), before + "true" + after) << yes;
  }
  for (const char* no : {"false", "No", "0", "n"}) {
    EXPECT_EQ(consent(no), before + "false" + after) << no;
  }
  EXPECT_EQ(consent(""), R"({"profile":{"email":"a"}})");
  EXPECT_EQ(row_of(R"({"email":"a","isNewsletterOptIn":true})"), before + "true" + after);
  EXPECT_EQ(row_of(R"({"email":"a","isNewsletterOptIn":false})"), before + "false" + after);
  EXPECT_EQ(row_of(R"({"email":"a","isNewsletterOptIn":null})"), R"({"profile":{"email":"a"}})");
  const std::string neither = "a consent is yes or no, true or false, 1 or 0|";
  for (const char* other : {"maybe", "2", "yes please", "sim"}) EXPECT_EQ(consent(other), neither);
  EXPECT_EQ(row_of(R"({"email":"a","isNewsletterOptIn":[true]})"), neither);
}

TEST(RowMaker, AnAddressFindsItsClient) {
  const char* clients =
      "userId,email\nU-1,ana@example.com\nu-2,bia@example.com\n"
      "u-3,caio@example.com\nu-3,other@example.com\nu-4,D@example.com\n"
      "u-4,d@example.com\n,nobody@example.com\nu-5,\nshort\n";
  const Case cases[] = {
      {"id,userId,receiverName,street,number,neighborhood,city,state,country,postalCode,"
       "complement,reference,geoCoordinate\n7,u-1,Ana,Rua Um,12,Centro,Belém,PA,BRA,1-0,ap "
       "2,perto,\"[-43.10,-22.9]\"\n",
       R"({"email":"ana@example.com","parts":[{"entity":"address","key":"7","document":)"
       R"({"receiverName":"Ana","route":"Rua Um","streetNumber":"12",)"
       R"("localityAreaLevel1":"Centro",)"
       R"("locality":"Belém","administrativeAreaLevel1":"PA","countryCode":"BRA",)"
       R"("postalCode":"1-0","complement":"ap 2","nearly":"perto",)"
       R"("geoCoordinates":[-43.10,-22.9]}}]})"},
      {R"({"id":"8","userId":"U-2","street":"Rua Um","geoCoordinate":[1,2],"accountName":"x"})",
       R"({"email":"bia@example.com","parts":[{"entity":"address","key":"8","document":)"
       R"({"route":"Rua Um","geoCoordinates":[1,2]}}]})"},
      {"email,street,gate\nx@example.com,Rua Um,3\n",
       R"({"email":"x@example.com","parts":[{"entity":"address","document":)"
       R"({"route":"Rua Um","gate":"3"}}]})"},
      {"userId,street,geoCoordinate\nu-1,Rua Um,\"1, 2\"\n",
       R"({"email":"ana@example.com","parts":[{"entity":"address","document":)"
       R"({"route":"Rua Um","geoCoordinates":[1,2]}}]})"},
      {"userId,street,geoCoordinate\nu-1,Rua Um,here\n",
       R"({"email":"ana@example.com","parts":[{"entity":"address","document":)"
       R"({"route":"Rua Um","geoCoordinates":"here"}}]})"},
      {"userId,street\nu-4,Rua Um\n",
       R"({"email":"D@example.com","parts":[{"entity":"address","document":{"route":"Rua Um"}}]})"},
      {"userId,street\nu-3,Rua Um\n", "the file of clients has two e-mails for this userId|"},
      {"userId,street\nu-9,Rua Um\n", "the file of clients has no e-mail for this userId|"},
      {"userId,street\nu-5,Rua Um\n", "the file of clients has no e-mail for this userId|"},
      {"userId,street\n,Rua Um\n",
       "it does not say whose it is: by e-mail, or by userId and with --clients|"},
      {"userId,street\nu-1,\n", "there is no address in it|"},
  };
  for (const Case& c : cases) {
    EXPECT_EQ(row_of(c.text, {Layout::master_data_addresses, "", clients}), c.row) << c.text;
  }
  EXPECT_EQ(row_of("userId,street\nu-1,Rua Um\n", {Layout::master_data_addresses}),
            "it does not say whose it is: by e-mail, or by userId and with --clients|");
  EXPECT_EQ(row_of("a,b\n", {Layout::master_data, "", "userId,mail\n"}),
            "the file of clients needs userId and email");
}

TEST(RowMaker, Shopify) {
  EXPECT_EQ(
      row_of("Customer ID,First Name,Email,Accepts Email Marketing,Default Address Address1,"
             "Default Address Zip,Default Address Country Code,Phone,Accepts SMS Marketing,Tags,"
             "Loyalty\n'12,Ana,a@b,yes,\"Rua Um, 2\",'01310,BR,'+5511912345678,no,\"a, b\",3\n",
             {Layout::shopify}),
      R"({"profile":{"firstName":"Ana","email":"a@b","cellPhone":"+5511912345678",)"
      R"("tags":["a","b"],"Loyalty":"3"},"parts":[)"
      R"({"entity":"consent","key":"newsletter","document":{"purpose":"newsletter",)"
      R"("granted":true,"source":"import shopify"}},)"
      R"({"entity":"consent","key":"sms-marketing","document":{"purpose":"sms-marketing",)"
      R"("granted":false,"source":"import shopify"}},)"
      R"({"entity":"address","document":{"route":"Rua Um, 2","postalCode":"01310",)"
      R"("countryCode":"BR"}}]})");
}

TEST(RowMaker, MagentoLeavesSecretsOut) {
  EXPECT_EQ(row_of("email,_website,_store,firstname,lastname,dob,taxvat,group_id,password_hash,"
                   "rp_token,password,confirmation,is_subscribed\n"
                   "a@b,base,default,Ana,Silva,1990-01-02,529,1,h:s:1,t,p,c,1\n",
                   {Layout::magento}),
            R"({"profile":{"email":"a@b","firstName":"Ana","lastName":"Silva",)"
            R"("birthDate":"1990-01-02","document":"529","groupId":"1"},"parts":[)"
            R"({"entity":"consent","key":"newsletter","document":{"purpose":"newsletter",)"
            R"("granted":true,"source":"import magento"}}]})");
}

TEST(RowMaker, MagentoAddresses) {
  EXPECT_EQ(
      row_of("_website,_email,_entity_id,city,country_id,firstname,middlename,lastname,"
             "postcode,region,street,telephone,_address_default_billing_\n"
             "base,a@b,7,Belém,BR,Ana,,Silva,66000,Pará,\"Rua Um, 2\nap 3\n\nCentro\",+55,1\n",
             {Layout::magento_addresses}),
      R"({"email":"a@b","parts":[{"entity":"address","key":"7","document":)"
      R"({"locality":"Belém","countryCode":"BR","receiverName":"Ana Silva",)"
      R"("postalCode":"66000","administrativeAreaLevel1":"Pará","route":"Rua Um, 2",)"
      R"("complement":"ap 3, Centro","phone":"+55"}}]})");
}

TEST(RowMaker, MagentoCustomersWithTheirAddresses) {
  EXPECT_EQ(row_of("email,_website,password_hash,_address_city,_address_street,_address_gate,"
                   "_address_default_shipping_\na@b,base,h,Rio,Rua Um,5,1\n,,,Belém,Rua Dois,,0\n",
                   {Layout::magento_composite}),
            R"({"profile":{"email":"a@b"},"parts":[)"
            R"({"entity":"address","document":{"locality":"Rio","route":"Rua Um","gate":"5"}},)"
            R"({"entity":"address","document":{"locality":"Belém","route":"Rua Dois"}}]})");
}

TEST(RowMaker, KnowsWhatGoesOn) {
  const auto map = ColumnMap::with(Layout::magento_composite, "");
  RecordReader reader = reader_of(
      "email,_website,firstname,_address_city\na@b,base,Ana,Rio\n,base,,Rio\n,,,Rio\n,,Ana,Rio\n"
      ",base,,\n,,\n");
  const RowMaker maker(*map, reader.columns(), nullptr);
  std::string seen;
  while (auto record = *reader.next()) seen += maker.goes_on(*record) ? "+" : "-";
  EXPECT_EQ(seen, "-++---");
}

TEST(RowMaker, AGivenMapWins) {
  const std::string_view map = "\"E-Mail\" = \"email\"\nphone = \"homePhone\"\nsecret = \"\"\n";
  EXPECT_EQ(row_of("e-mail,phone,secret,cellPhone\na,1,s,2\n", {Layout::master_data, map}),
            R"({"profile":{"email":"a","homePhone":"1","cellPhone":"2"}})");
  EXPECT_EQ(row_of("mail,rua,ok\na,Rua Um,no\n",
                   {Layout::master_data,
                    "mail = \"EMAIL\"\nrua = \"address.ROUTE\"\nok = \"consent.push\"\n"}),
            R"({"profile":{"email":"a"},"parts":[{"entity":"consent","key":"push","document":)"
            R"({"purpose":"push","granted":false,"source":"import master-data"}},)"
            R"({"entity":"address","document":{"route":"Rua Um"}}]})");
  EXPECT_EQ(row_of("mail,rua\na,Rua Um\n",
                   {Layout::master_data_addresses, "mail = \"email\"\nrua = \"route\"\n"}),
            R"({"email":"a","parts":[{"entity":"address","document":{"route":"Rua Um"}}]})");
  EXPECT_EQ(row_of("email,a,b\na,yes,no\n",
                   {Layout::master_data, "a = \"consent.push\"\nb = \"consent.push\"\n"}),
            "two columns are the same consent: leave one out with --map|");
  EXPECT_EQ(row_of("a\n1\n", {Layout::master_data, "email = "}), "this is not TOML");
  EXPECT_EQ(row_of("a\n1\n", {Layout::master_data, "email = [1]"}),
            "each line is a name = \"text\" or a whole number");
}

}  // namespace
}  // namespace velum
