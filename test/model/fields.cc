#include "test/model/fields.h"

#include <map>

namespace velum::model {
namespace {

using Kind = FieldKind;
using Fields = std::vector<Field>;

Fields with_undeclared(Fields fields) {
  const Fields undeclared{{"nickname"},
                          {"points", Kind::count},
                          {"vip", Kind::flag},
                          {"hobbies", Kind::words},
                          {"pet", Kind::hidden}};
  fields.insert(fields.end(), undeclared.begin(), undeclared.end());
  return fields;
}

Field payment_data() {
  return {"paymentData",
          Kind::object,
          {{"availableAccounts",
            Kind::objects,
            {{"accountId"}, {"bin"}, {"isExpired", Kind::flag}, {"holder"}}},
           {"availableTokens", Kind::words},
           {"numberOfPaymentErrors", Kind::count}}};
}

Field available_addresses() {
  return {"availableAddresses",
          Kind::objects,
          {{"addressName"},
           {"state"},
           {"country"},
           {"city"},
           {"street"},
           {"number"},
           {"neighborhood"},
           {"reference"},
           {"receiverName"},
           {"locality"},
           {"gate"}}};
}

Fields profile_fields() {
  return {{"email", Kind::email},
          {"document", Kind::number},
          {"firstName"},
          {"lastName"},
          {"homePhone", Kind::phone},
          {"cellPhone", Kind::phone},
          {"birthDate"},
          {"gender"},
          {"corporateName"},
          {"documentType"},
          {"priceTable"},
          {"tags", Kind::words}};
}

Fields prospect_fields() {
  return {{"email", Kind::email},
          {"document", Kind::number},
          {"firstName"},
          {"lastName"},
          {"phone", Kind::phone},
          {"homePhone", Kind::phone},
          {"cellPhone", Kind::phone},
          {"isPJ", Kind::flag},
          {"gender"},
          available_addresses(),
          {"contacts", Kind::objects, {{"firstName"}, {"phone", Kind::phone}, {"documentType"}}},
          {"invoiceSubject", Kind::object, {{"corporateName"}, {"firstName"}}},
          payment_data()};
}

Fields address_fields() {
  return {{"countryCode"},  {"administrativeAreaLevel1"},
          {"addressType"},  {"addressName"},
          {"locality"},     {"route"},
          {"streetNumber"}, {"nearly"},
          {"receiverName"}, {"geoCoordinates", Kind::words},
          {"profileId"}};
}

Fields purchase_fields() {
  return {
      {"isToSavePersonalData", Kind::flag},
      {"clientPreferences", Kind::object, {{"localeDefault"}, {"isNewsletterOptIn", Kind::flag}}},
      payment_data()};
}

std::map<EntityId, Fields> all_fields() {
  std::map<EntityId, Fields> all{
      {EntityId::profile, profile_fields()},
      {EntityId::prospect, prospect_fields()},
      {EntityId::address, address_fields()},
      {EntityId::contact,
       {{"firstName"}, {"email", Kind::email}, {"phone", Kind::phone}, {"documentType"}}},
      {EntityId::invoice_subject, {{"firstName"}, {"document", Kind::number}, {"corporateName"}}},
      {EntityId::pickup_info, {{"receiverName"}, {"pickupPointId"}, {"documentType"}}},
      {EntityId::purchase_info, purchase_fields()},
      {EntityId::consent, {{"purpose"}, {"granted", Kind::flag}, {"source"}, {"proof"}}},
  };
  for (auto& [entity, fields] : all) fields = with_undeclared(std::move(fields));
  return all;
}

}  // namespace

const std::vector<Field>& fields_of(EntityId entity) {
  static const std::map<EntityId, Fields> all = all_fields();
  return all.at(entity);
}

}  // namespace velum::model
