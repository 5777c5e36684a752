#pragma once
// Operation: what the OpenAPI document says of one route. A RouteId that is not described here does
// not compile.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "server/routes.h"

namespace velum {

struct Operation {
  std::string id;  // "unmaskAddress": no other route has it.
  std::string summary;
  // By their names in frame.json. Those of the path, the account's and alternativeKey are added.
  std::vector<std::string_view> parameters = {};
  std::string_view body_type = "application/json";
  std::string body = {};  // The request's schema, as JSON; empty if it takes no body.
  int status = 200;
  int made_status = 0;  // In its place where the call made what was not there; 0: it is the same.
  std::string_view content_type = "application/json";
  std::string answer = {};  // Its schema; empty if it has no body.
  std::string_view header = {};
  // Beside those that every route of its kind has: see openapi_route.cc.
  std::vector<ErrorCode> errors = {};
};

Operation operation_of(const Route& route);
Operation audit_operation_of(const Route& route);  // Of one that searches the log.
Operation cart_operation_of(const Route& route);   // Of a cart, a price or an order.
Operation order_operation_of(const Route& route);
// OpenAPI has no word for a parameter with slashes in it: "{index...}" is "{index}" there.
std::string openapi_path(std::string_view path_template);
std::string operation_text(const Route& route);  // An Operation Object of OpenAPI.

// The name of an entity's schema: "Address". With it go "AddressPatch", what a PATCH may send, and
// "AddressRecord", what is answered.
std::string_view schema_name(EntityId entity);
// {"$ref": ...} to a schema of the document, and the schema of a list of such.
std::string schema_reference(std::string_view name);
std::string array_of(const std::string& items);

}  // namespace velum
