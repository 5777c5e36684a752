// What the OpenAPI document says of the calls that search the audit log.

#include "server/openapi_operation.h"

namespace velum {
namespace {

std::vector<std::string_view> with_filters(std::initializer_list<std::string_view> more) {
  std::vector<std::string_view> names{"savedQuery", "application", "action",  "actor", "entity",
                                      "id",         "auditGrant",  "outcome", "from",  "to"};
  names.insert(names.end(), more);
  return names;
}

}  // namespace

Operation audit_operation_of(const Route& route) {
  switch (route.id) {
    case RouteId::list_audit_queries:
      return {.id = "listAuditQueries",
              .summary = "The searches of the audit log that the account has saved",
              .answer = array_of(schema_reference("AuditQuery"))};
    case RouteId::read_audit_query:
      return {.id = "readAuditQuery",
              .summary = "Reads a saved search of the audit log",
              .answer = schema_reference("AuditQuery")};
    case RouteId::put_audit_query:
      return {.id = "putAuditQuery",
              .summary = "Saves a search of the audit log, in place of one of that name",
              .body = schema_reference("NewAuditQuery"),
              .made_status = 201,
              .answer = schema_reference("AuditQuery"),
              .errors = {ErrorCode::conflict}};
    case RouteId::delete_audit_query:
      return {.id = "deleteAuditQuery",
              .summary = "Deletes a saved search of the audit log",
              .status = 204};
    case RouteId::audit_events:
      return {.id = "searchAuditEvents",
              .summary = "Searches the account's audit log, the newest first",
              .parameters = with_filters({"limit", "next"}),
              .answer = schema_reference("AuditEvents")};
    case RouteId::audit_export:
      return {.id = "exportAuditEvents",
              .summary =
                  "All entries that fit, the newest first, a line each; is in the audit log itself",
              .parameters = with_filters({}),
              .content_type = "application/x-ndjson",
              .answer = schema_reference("AuditEvent")};
    case RouteId::shopper_disclosures:
      return {.id = "listDisclosuresOfShopper",
              .summary = "Who has seen what is masked of one shopper, the newest first",
              .parameters = {"limit", "next"},
              .answer = schema_reference("Disclosures")};
    case RouteId::operator_disclosures:
      return {.id = "listDisclosuresToOperator",
              .summary = "What one operator has seen of what is masked, the newest first",
              .parameters = {"limit", "next"},
              .answer = schema_reference("Disclosures")};
    default: VELUM_CHECK(false);
  }
}

}  // namespace velum
