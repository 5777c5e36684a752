// One route's part of the OpenAPI document.

#include <algorithm>
#include <map>

#include "json/json_text.h"
#include "server/openapi_operation.h"
#include "server/problem.h"

namespace velum {
namespace {

std::string reference(std::string_view kind, std::string_view name) {
  std::string to("#/components/");
  to.append(kind).append("/").append(name);
  return json_object({{"$ref", json_string(to)}});
}

bool takes_body(const Route& route) {
  if (route.id == RouteId::test_webhook || route.id == RouteId::mark_canary) return false;
  if (route.id == RouteId::approve_grant || route.id == RouteId::begin_cart) return false;
  if (route.id == RouteId::read_cart || route.id == RouteId::notify_payment) return false;
  if (route.id == RouteId::start_handling) return false;
  return route.method == HttpMethod::post || route.method == HttpMethod::patch ||
         route.method == HttpMethod::put;
}

bool names_profile(const Route& route) {
  return route.path.find("{profileId}") != std::string_view::npos;
}

std::string parameters_of(const Route& route, const Operation& operation) {
  std::vector<std::string> parameters;
  const auto add = [&](std::string_view name) {
    parameters.push_back(reference("parameters", name));
  };
  const std::string path = openapi_path(route.path);
  for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) {
    add(std::string_view(path).substr(at + 1, path.find('}', at) - at - 1));
  }
  if (names_profile(route)) add("alternativeKey");
  for (const std::string_view name : operation.parameters) add(name);
  if (route.access != RouteAccess::open) {
    add("an");
    add("account");
  }
  return parameters.empty() ? std::string() : json_array(parameters);
}

std::string body_of(const Route& route, const Operation& operation) {
  if (operation.body.empty()) return {};
  const std::string media = json_object({{"schema", operation.body}});
  std::vector<JsonMember> content{{std::string(operation.body_type), media}};
  if (route.method == HttpMethod::patch) {
    content.emplace_back("application/merge-patch+json", media);
  }
  return json_object({{"required", "true"}, {"content", json_object(content)}});
}

std::string response(std::string_view description, std::string_view content_type,
                     const std::string& schema, const std::string& headers = {}) {
  std::string content;
  if (!schema.empty()) {
    content = json_object({{std::string(content_type), json_object({{"schema", schema}})}});
  }
  return json_object(
      {{"description", json_string(description)}, {"headers", headers}, {"content", content}});
}

// What every route of its kind can be refused with, and what this one can.
std::vector<ErrorCode> errors_of(const Route& route, const Operation& operation) {
  using enum ErrorCode;
  std::vector<ErrorCode> errors = operation.errors;
  const auto add = [&](std::initializer_list<ErrorCode> more) {
    errors.insert(errors.end(), more);
  };
  if (route.access == RouteAccess::account) {
    // A refusal is in the audit log before it is said.
    add({invalid_argument, unauthenticated, permission_denied, not_found, rate_limited,
         audit_unavailable, storage_unavailable});
  }
  if (route.access == RouteAccess::shopfront) {
    add({invalid_argument, not_found, rate_limited, storage_unavailable});
  }
  if (route.access == RouteAccess::credentials) {
    add({invalid_argument, unauthenticated, not_found, rate_limited});
  }
  if (names_profile(route)) add({ambiguous});
  if (takes_body(route)) add({unsupported_media_type});
  // What is wrong with a row of an import is said in its line.
  if (takes_body(route) && route.id != RouteId::import_rows) add({invalid_json, too_large});
  return errors;
}

using Codes = std::map<int, std::vector<std::string>>;  // As JSON, by status.

std::string problem_response(int status, const std::vector<std::string>& codes) {
  const std::string narrowed =
      json_object({{"status", json_object({{"const", std::to_string(status)}})},
                   {"code", json_object({{"enum", json_array(codes)}})}});
  const std::string schema = json_object(
      {{"$ref", json_string("#/components/schemas/Problem")}, {"properties", narrowed}});
  std::string description;
  for (const std::string& code : codes) {
    description.append(description.empty() ? "" : ", ").append(code, 1, code.size() - 2);
  }
  // Who is told to come back is told when.
  const std::string headers =
      status == 429 ? json_object({{"Retry-After", reference("headers", "Retry-After")}}) : "";
  return response(description, "application/json", schema, headers);
}

std::string responses_of(const Route& route, const Operation& operation) {
  const std::string_view header = operation.header;
  const std::string headers =
      header.empty() ? std::string()
                     : json_object({{std::string(header), reference("headers", header)}});
  std::vector<JsonMember> responses{
      {std::to_string(operation.status),
       response(operation.summary, operation.content_type, operation.answer, headers)}};
  if (operation.made_status != 0) {
    responses.emplace_back(
        std::to_string(operation.made_status),
        response(operation.summary, operation.content_type, operation.answer, headers));
  }
  Codes codes;
  for (const ErrorCode error : errors_of(route, operation)) {
    const ProblemKind kind = problem_kind(error);
    std::vector<std::string>& known = codes[kind.status];
    std::string code = json_string(kind.code);
    if (std::find(known.begin(), known.end(), code) == known.end()) known.push_back(code);
  }
  for (const auto& [status, names] : codes) {
    responses.emplace_back(std::to_string(status), problem_response(status, names));
  }
  responses.emplace_back("default", reference("responses", "Refusal"));
  return json_object(responses);
}

std::string_view tag_of(const Route& route) {
  if (route.access == RouteAccess::open) return "server";
  if (route.access == RouteAccess::credentials) return "access";
  if (route.resource == Resource::manage_alerts) return "alerts";
  if (route.access == RouteAccess::shopfront) return "checkout";
  if (route.resource == Resource::manage_checkout) return "checkout";
  if (route.resource >= Resource::view_orders) return "orders";
  if (route.resource >= Resource::view_app_keys) return "access";
  return route.resource == Resource::view_audit ? "audit" : entity_name(route.entity);
}

}  // namespace

std::string openapi_path(std::string_view path_template) {
  constexpr std::string_view rest = "...}";
  if (!path_template.ends_with(rest)) return std::string(path_template);
  path_template.remove_suffix(rest.size());
  return std::string(path_template) + "}";
}

std::string operation_text(const Route& route) {
  const Operation operation = operation_of(route);
  const bool is_open = route.access != RouteAccess::account;
  return json_object(
      {{"operationId", json_string(operation.id)},
       {"summary", json_string(operation.summary)},
       {"tags", json_array({json_string(tag_of(route))})},
       {"x-resource", is_open ? std::string() : json_string(resource_name(route.resource))},
       {"security",
        is_open ? "[]" : R"([{"appKey":[],"appToken":[]},{"userToken":[]},{"userCookie":[]}])"},
       {"parameters", parameters_of(route, operation)},
       {"requestBody", body_of(route, operation)},
       {"responses", responses_of(route, operation)}});
}

}  // namespace velum
