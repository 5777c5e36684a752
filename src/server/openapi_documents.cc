#include "server/openapi_documents.h"

#include <iterator>
#include <utility>

#include "json/json_text.h"

namespace velum {

using enum ErrorCode;

OperationErrors write_errors_and(std::initializer_list<ErrorCode> more) {
  OperationErrors errors{invalid_field, masked_value, card_data, conflict, sealed};
  for (const ErrorCode one : more) errors.push_back(one);
  return errors;
}

std::string one(EntityId entity) {
  switch (entity) {
    case EntityId::profile: return "a profile";
    case EntityId::prospect: return "a prospect";
    case EntityId::address: return "an address";
    case EntityId::purchase_info: return "the purchase info";
    case EntityId::contact: return "a contact";
    case EntityId::invoice_subject: return "an invoice subject";
    case EntityId::pickup_info: return "pickup information";
    case EntityId::consent: return "a consent";
  }
  VELUM_CHECK(false);
}

std::string array_of(const std::string& items) {
  return json_object({{"type", json_string("array")}, {"items", items}});
}

std::string record_schema(EntityId entity) {
  return schema_reference(std::string(schema_name(entity)) + "Record");
}

std::string shown_alone(EntityId entity) {
  if (entity != EntityId::profile && entity != EntityId::purchase_info) {
    return record_schema(entity);
  }
  return json_object({{"type", json_string("array")},
                      {"items", record_schema(entity)},
                      {"minItems", "1"},
                      {"maxItems", "1"}});
}

Operation creation(EntityId entity, const std::string& name) {
  return {.id = "create" + name,
          .summary = "Creates " + one(entity),
          .parameters = {"ttl", "idempotencyKey"},
          .body = schema_reference(name),
          .status = entity == EntityId::purchase_info ? 200 : 201,
          .answer = record_schema(entity),
          .header = "ETag",
          .errors = write_errors_and({idempotency_mismatch, version_mismatch})};
}

Operation changing(const Route& route, const std::string& name) {
  const bool is_put = route.method == HttpMethod::put;
  return {.id = (is_put ? "put" : "patch") + name,
          .summary = "Changes " + one(route.entity) + " (RFC 7396)",
          .parameters = {"ttl", "ifMatch"},
          .body = schema_reference(name + "Patch"),
          .answer = record_schema(route.entity),
          .header = "ETag",
          .errors = write_errors_and({version_mismatch})};
}

Operation removal(EntityId entity, const std::string& name) {
  return {.id = "delete" + name,
          .summary = "Deletes " + one(entity) + "; no erasure",
          .parameters = {"ifMatch"},
          .status = 204,
          .errors = {version_mismatch}};
}

Operation reading(EntityId entity, const std::string& name) {
  return {.id = "read" + name,
          .summary = "Reads " + one(entity) + ", masked",
          .answer = shown_alone(entity),
          .header = "ETag"};
}

Operation reveal(Operation read, std::string id, std::string summary) {
  read.id = std::move(id);
  read.summary = std::move(summary);
  static constexpr std::string_view why[] = {"reason", "useCase", "onBehalfOf", "fields", "grant"};
  read.parameters.insert(read.parameters.begin(), std::begin(why), std::end(why));
  read.errors = {reason_required, reason_not_allowed, sealed};
  return read;
}

Operation listing(EntityId entity, const std::string& name) {
  Operation list{.id = "list" + name,
                 .summary = "Reads all there are of the kind, masked",
                 .answer = array_of(record_schema(entity))};
  if (entity == EntityId::prospect) {
    list.summary = "Reads a page of prospects, masked, the newest first";
    list.parameters = {"limit", "cursor"};
    list.header = "Link";
  }
  return list;
}

std::string_view schema_name(EntityId entity) {
  switch (entity) {
    case EntityId::profile: return "Profile";
    case EntityId::prospect: return "Prospect";
    case EntityId::address: return "Address";
    case EntityId::purchase_info: return "PurchaseInfo";
    case EntityId::contact: return "Contact";
    case EntityId::invoice_subject: return "InvoiceSubject";
    case EntityId::pickup_info: return "PickupInfo";
    case EntityId::consent: return "Consent";
  }
  VELUM_CHECK(false);
}

std::string schema_reference(std::string_view name) {
  return json_object({{"$ref", json_string("#/components/schemas/" + std::string(name))}});
}

}  // namespace velum
