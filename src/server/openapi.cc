#include "server/openapi.h"

#include <algorithm>

#include "json/json_text.h"
#include "json/value.h"
#include "schema/schema.h"
#include "server/openapi_operation.h"

namespace velum {
namespace {

std::string_view method_member(HttpMethod method) {
  switch (method) {
    case HttpMethod::get: return "get";
    case HttpMethod::head: return "head";
    case HttpMethod::post: return "post";
    case HttpMethod::put: return "put";
    case HttpMethod::patch: return "patch";
    case HttpMethod::del: return "delete";
    case HttpMethod::options: return "options";
    case HttpMethod::other: break;
  }
  VELUM_CHECK(false);
}

std::string paths() {
  std::vector<std::pair<std::string_view, std::vector<JsonMember>>> by_path;
  for (const Route& route : routes()) {
    auto found = std::find_if(by_path.begin(), by_path.end(),
                              [&](const auto& known) { return known.first == route.path; });
    if (found == by_path.end()) found = by_path.insert(found, {route.path, {}});
    found->second.emplace_back(method_member(route.method), operation_text(route));
  }
  std::vector<JsonMember> members;
  for (const auto& [path, methods] : by_path) {
    members.emplace_back(openapi_path(path), json_object(methods));
  }
  return json_object(members);
}

std::string without(const json::Value& object, std::string_view left_out) {
  std::vector<JsonMember> members;
  for (const json::Member& member : object.members()) {
    if (member.name == left_out) continue;
    WipedText text;
    json::write(member.value, text);
    members.emplace_back(member.name, std::string(view(text)));
  }
  return json_object(members);
}

// What may be sent to create one, and to change it, and what is answered.
void append_schemas(EntityId entity, std::vector<JsonMember>& out) {
  const std::string name(schema_name(entity));
  const auto schema = json::Document::parse(Schema::default_for(entity)->text());
  VELUM_CHECK(schema.has_value());
  out.emplace_back(name, without(schema->root(), ""));
  out.emplace_back(name + "Patch", without(schema->root(), "required"));
  const std::string id = R"({"type":"string","format":"uuid"})";
  const std::string members = json_object(
      {{"id", id}, {"meta", schema_reference("Meta")}, {"document", schema_reference(name)}});
  out.emplace_back(name + "Record", json_object({{"type", json_string("object")},
                                                 {"properties", members},
                                                 {"required", R"(["id","meta","document"])"},
                                                 {"additionalProperties", "false"}}));
}

std::string schemas() {
  std::vector<JsonMember> members;
  for (const EntityId entity : all_entities) append_schemas(entity, members);
  return json_object(members);
}

std::string make_document() {
  auto frame = json::Document::parse(openapi_frame());
  const auto made = json::Document::parse(
      json_object({{"info", json_object({{"version", json_string(VELUM_VERSION)}})},
                   {"paths", paths()},
                   {"components", json_object({{"schemas", schemas()}})}}));
  VELUM_CHECK(frame.has_value() && made.has_value());
  WipedText out;
  json::write(json::merge_patch(frame->root(), made->root(), frame->arena()), out);
  return std::string(view(out));
}

}  // namespace

std::string_view openapi_document() {
  static const std::string document = make_document();
  return document;
}

}  // namespace velum
