// The document against the route table, and against the parts of OpenAPI 3.1 that we use. What the
// server answers is held against it by test/system/contract.py.

#include "server/openapi.h"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "json/value.h"
#include "server/openapi_operation.h"
#include "server/routes.h"

namespace velum {
namespace {

using json::Value;

const Value& document() {
  static const json::Document parsed = *json::Document::parse(openapi_document());
  return parsed.root();
}

const Value& member(const Value& object, std::string_view name) {
  const Value* found = object.is_object() ? object.find(name) : nullptr;
  EXPECT_NE(found, nullptr) << "no member " << name;
  static const Value none;
  return found != nullptr ? *found : none;
}

std::string text_of(const Value& object, std::string_view name) {
  const Value& text = member(object, name);
  return text.is_string() ? std::string(text.text()) : "no text";
}

// "#/components/schemas/Meta"; nullptr if it leads nowhere.
const Value* resolve(std::string_view reference) {
  if (!reference.starts_with("#/")) return nullptr;
  const Value* at = &document();
  for (reference.remove_prefix(1); at != nullptr && !reference.empty();) {
    reference.remove_prefix(1);
    const std::string_view name = reference.substr(0, reference.find('/'));
    at = at->is_object() ? at->find(name) : nullptr;
    reference.remove_prefix(name.size());
  }
  return at;
}

const Value& resolved(const Value& value) {
  const Value* reference = value.is_object() ? value.find("$ref") : nullptr;
  if (reference == nullptr) return value;
  const Value* found = resolve(reference->text());
  return found != nullptr ? *found : value;
}

void for_each_object(const Value& value, const std::function<void(const Value&)>& see) {
  if (value.is_array()) {
    for (const Value& item : value.items()) for_each_object(item, see);
  }
  if (!value.is_object()) return;
  see(value);
  for (const json::Member& each : value.members()) for_each_object(each.value, see);
}

struct Call {
  std::string method;
  std::string path;
  const Value& operation;
};

std::vector<Call> calls() {
  std::vector<Call> all;
  for (const json::Member& path : member(document(), "paths").members()) {
    for (const json::Member& method : path.value.members()) {
      all.push_back({std::string(method.name), std::string(path.name), method.value});
    }
  }
  return all;
}

std::string method_of(const Route& route) {
  switch (route.method) {
    case HttpMethod::get: return "get";
    case HttpMethod::post: return "post";
    case HttpMethod::put: return "put";
    case HttpMethod::patch: return "patch";
    case HttpMethod::del: return "delete";
    default: return "another";
  }
}

TEST(OpenApi, HasEveryRouteWithItsResourceAndNothingElse) {
  std::map<std::string, std::string> ours;
  for (const Route& route : routes()) {
    const bool is_open = route.access != RouteAccess::account;
    ours[method_of(route) + " " + openapi_path(route.path)] =
        is_open ? "open" : std::string(resource_name(route.resource));
  }
  std::map<std::string, std::string> theirs;
  for (const auto& [method, path, operation] : calls()) {
    const bool takes_key = !member(operation, "security").items().empty();
    EXPECT_EQ(takes_key, operation.find("x-resource") != nullptr) << path;
    theirs[method + " " + path] = takes_key ? text_of(operation, "x-resource") : "open";
  }
  EXPECT_EQ(theirs, ours);
}

TEST(OpenApi, IsWhatOpenApiAsksFor) {
  EXPECT_EQ(text_of(document(), "openapi"), "3.1.0");
  EXPECT_EQ(text_of(member(document(), "info"), "title"), "Velum");
  EXPECT_FALSE(text_of(member(document(), "info"), "version").empty());
  std::set<std::string> tags;
  for (const Value& tag : member(document(), "tags").items()) tags.insert(text_of(tag, "name"));
  std::set<std::string> ids;
  for (const auto& [method, path, operation] : calls()) {
    SCOPED_TRACE(method + " " + path);
    EXPECT_TRUE(ids.insert(text_of(operation, "operationId")).second) << "not unique";
    EXPECT_FALSE(text_of(operation, "summary").empty());
    for (const Value& tag : member(operation, "tags").items()) {
      EXPECT_TRUE(tags.contains(std::string(tag.text()))) << tag.text();
    }
    for (const Value& way : member(operation, "security").items()) {
      for (const json::Member& scheme : way.members()) {
        EXPECT_NE(resolve("#/components/securitySchemes/" + std::string(scheme.name)), nullptr);
      }
    }
    std::size_t successes = 0;
    for (const json::Member& response : member(operation, "responses").members()) {
      EXPECT_FALSE(text_of(resolved(response.value), "description").empty());
      const bool is_success = response.name.starts_with('2') || response.name.starts_with('3');
      successes += is_success ? 1 : 0;
    }
    // What is put is made, or is there already.
    EXPECT_TRUE(successes == 1 || (successes == 2 && method == "put")) << successes;
    const bool takes_body = method == "post" || method == "patch" || method == "put";
    if (!takes_body) EXPECT_EQ(operation.find("requestBody"), nullptr);
  }
}

TEST(OpenApi, SaysWhichParametersAPathHasAndNamesNoneTwice) {
  for (const auto& [method, path, operation] : calls()) {
    SCOPED_TRACE(method + " " + path);
    std::set<std::string> in_template;
    for (std::size_t at = 0; (at = path.find('{', at)) != std::string::npos; ++at) {
      in_template.insert(path.substr(at + 1, path.find('}', at) - at - 1));
    }
    std::set<std::string> in_path;
    std::set<std::pair<std::string, std::string>> all;
    const Value* const parameters = operation.find("parameters");
    if (parameters == nullptr) {
      EXPECT_TRUE(in_template.empty());
      continue;
    }
    for (const Value& reference : parameters->items()) {
      const Value& parameter = resolved(reference);
      const std::string where = text_of(parameter, "in");
      EXPECT_TRUE(all.emplace(where, text_of(parameter, "name")).second);
      if (where == "path") {
        in_path.insert(text_of(parameter, "name"));
        EXPECT_TRUE(member(parameter, "required").boolean());
      }
    }
    EXPECT_EQ(in_path, in_template);
    // An order is read masked, or with a reason.
    const bool is_order =
        method == "get" && (path.ends_with("/document/{orderId}") || path.starts_with("/api/oms/"));
    EXPECT_EQ(all.contains({"query", "reason"}), path.ends_with("/unmask") || is_order);
  }
}

TEST(OpenApi, EveryReferenceLeadsSomewhere) {
  std::size_t count = 0;
  for_each_object(document(), [&](const Value& object) {
    const Value* const reference = object.find("$ref");
    if (reference == nullptr) return;
    ++count;
    EXPECT_NE(resolve(reference->text()), nullptr) << reference->text();
  });
  EXPECT_GT(count, 300U);
}

TEST(OpenApi, NamesOnlyErrorsOfTheClosedListWithTheirStatus) {
  std::set<std::pair<std::string, std::string>> closed;  // "404", "not_found"
  std::ifstream page(VELUM_SOURCE_DIR "/docs/errors.md");
  for (std::string line; std::getline(page, line);) {
    const std::size_t end = line.find("` | ");
    if (!line.starts_with("| `") || end == std::string::npos) continue;
    closed.emplace(line.substr(end + 4, 3), line.substr(3, end - 3));
  }
  ASSERT_GT(closed.size(), 20U);
  std::size_t count = 0;
  for (const auto& [method, path, operation] : calls()) {
    for (const json::Member& response : member(operation, "responses").members()) {
      const bool is_success = response.name.starts_with('2') || response.name.starts_with('3');
      if (is_success || response.name == "default") continue;
      const Value& schema =
          member(member(member(response.value, "content"), "application/json"), "schema");
      const Value& properties = member(schema, "properties");
      EXPECT_EQ(member(member(properties, "status"), "const").text(), response.name);
      for (const Value& code : member(member(properties, "code"), "enum").items()) {
        ++count;
        EXPECT_TRUE(closed.contains({std::string(response.name), std::string(code.text())}))
            << path << ": " << response.name << " " << code.text();
      }
    }
  }
  EXPECT_GT(count, 300U);
}

}  // namespace
}  // namespace velum
