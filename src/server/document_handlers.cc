// The handlers of documents: what a request says, in the engine's words, and back.

#include <charconv>
#include <utility>

#include "json/value.h"
#include "server/api.h"
#include "server/document_json.h"

namespace velum {
namespace {

constexpr std::uint32_t versions_page = 20;
constexpr std::uint32_t versions_page_max = 100;
constexpr std::uint32_t ttl_days_max = 36'500;
constexpr std::size_t idempotency_key_max_bytes = 255;

enum class Shape : std::uint8_t { object, array };

// How the documented API shows one document that is read.
Shape shape_of(EntityId entity) {
  const bool in_array = entity == EntityId::profile || entity == EntityId::purchase_info;
  return in_array ? Shape::array : Shape::object;
}

int status_of_creation(EntityId entity) {
  return entity == EntityId::purchase_info ? 200 : 201;
}

HttpResponse shown(int status, const DocumentView& view, Shape shape) {
  HttpResponse response;
  response.status = status;
  if (shape == Shape::array) response.body.push_back('[');
  append_document(view, response.body);
  if (shape == Shape::array) response.body.push_back(']');
  response.headers.emplace_back("ETag", "\"" + view.meta.version.text() + "\"");
  return response;
}

// Known clients send these words when they have no key.
bool is_absent(std::string_view alternative_key) {
  return alternative_key.empty() || alternative_key == "undefined" || alternative_key == "null";
}

Result<std::optional<VersionId>> if_match_of(const HttpRequest& request) {
  std::string_view tag = request.header("If-Match");
  if (tag.empty() || tag == "*") return std::optional<VersionId>();
  if (tag.size() > 2 && tag.front() == '"' && tag.back() == '"') {
    tag = tag.substr(1, tag.size() - 2);
  }
  const auto version = VersionId::parse(tag);
  // What is no version of ours is certainly not the current one.
  if (!version) return Error(ErrorCode::version_mismatch, "If-Match names no version");
  return version;
}

// The request's path with the subject's id in it, whatever the request named it by.
std::string path_by_id(const HttpRequest& request, const RouteMatch& match, Token subject) {
  const std::string_view path = request.path;
  const std::string_view name = match.values[0];
  const auto begin = static_cast<std::size_t>(name.data() - path.data());
  VELUM_CHECK(begin <= path.size());
  return std::string(path.substr(0, begin))
      .append(subject.text())
      .append(path.substr(begin + name.size()));
}

Result<std::optional<VersionId>> version_of(const std::optional<Sensitive>& text) {
  if (!text) return std::optional<VersionId>();
  const auto version = VersionId::parse(text->text());
  if (!version) return Error(ErrorCode::not_found, "there is no such record");
  return version;
}

}  // namespace

Result<std::optional<std::uint32_t>> number_in_query(const HttpRequest& request,
                                                     std::string_view name, std::uint32_t max) {
  TRY_ASSIGN(const std::optional<Sensitive> number, QueryView(request.query).find(name));
  if (!number) return std::optional<std::uint32_t>();
  std::uint32_t value = 0;
  const std::string_view text = number->text();
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, value);
  if (failure != std::errc() || stop != end || value == 0 || value > max) {
    return Error(ErrorCode::invalid_argument, "a number in the query is not in its range",
                 std::string(name));
  }
  return std::optional<std::uint32_t>(value);
}

Result<std::optional<VersionId>> Api::version_in_path(const Call& call, Which which) {
  if (which == Which::current) return std::optional<VersionId>();
  const bool is_one_of_many = belonging_of(call.route.entity) == Belonging::many_a_profile;
  TRY_ASSIGN(Sensitive text, call.in_path(is_one_of_many ? 2 : 1));
  return version_of(std::move(text));
}

// Who is named by an id. nullopt: nobody, or whoever is found by something else.
Result<std::optional<Token>> Api::subject_in_path(const Call& call) {
  if (call.match.parameters().empty()) return std::optional<Token>();
  TRY_ASSIGN(const std::optional<Sensitive> field, call.in_query("alternativeKey"));
  const bool is_id = !field || is_absent(field->text()) || call.route.entity == EntityId::prospect;
  if (!is_id) return std::optional<Token>();
  TRY_ASSIGN(const Sensitive text, call.in_path(0));
  return Token::parse(text.text());
}

// Whose profile or prospect the path names.
Task<Result<RecordKey>> Api::subject_of(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive name, call.in_path(0));
  CO_TRY_ASSIGN(const std::optional<Sensitive> field, call.in_query("alternativeKey"));
  const bool by_id = !field || is_absent(field->text()) || call.route.entity == EntityId::prospect;
  if (by_id) co_return co_await engine_.resolve(call.caller, name.text());
  CO_TRY(take_lookup(call));
  co_return co_await engine_.resolve_alternative(call.caller, EntityId::profile, field->text(),
                                                 name.text());
}

Result<RecordKey> Api::record_of_subject(const Call& call, const RecordKey& subject) {
  switch (belonging_of(call.route.entity)) {
    case Belonging::itself: return subject;
    case Belonging::one_a_profile: return DocumentEngine::only_part_of(subject, call.route.entity);
    case Belonging::many_a_profile: break;
  }
  TRY_ASSIGN(const Sensitive name, call.in_path(1));
  return DocumentEngine::part_of(subject, name.text());
}

Task<Result<RecordKey>> Api::record_of(const Call& call) {
  CO_TRY_ASSIGN(const RecordKey subject, co_await subject_of(call));
  co_return record_of_subject(call, subject);
}

Result<WriteOptions> Api::write_options(const Call& call) const {
  WriteOptions options;
  TRY_ASSIGN(options.ttl_days, number_in_query(call.request, "ttl", ttl_days_max));
  TRY_ASSIGN(options.if_match, if_match_of(call.request));
  if (call.request.header("If-Match") == "*") options.if_absent = IfAbsent::refuse;
  return options;
}

Task<Result<HttpResponse>> Api::create(const Call& call) {
  CO_TRY_ASSIGN(WriteOptions options, write_options(call));
  options.idempotency_key = call.request.header("Idempotency-Key");
  if (options.idempotency_key.size() > idempotency_key_max_bytes) {
    co_return Error(ErrorCode::invalid_argument, "an Idempotency-Key has at most 255 bytes");
  }
  const EntityId entity = call.route.entity;
  std::optional<RecordKey> owner;
  if (belonging_of(entity) != Belonging::itself) {
    CO_TRY_ASSIGN(owner, co_await subject_of(call));
  }
  CO_TRY_ASSIGN(const DocumentView view,
                co_await engine_.create(call.caller, owner, call.request.body, options));
  co_return shown(status_of_creation(entity), view, Shape::object);
}

Task<Result<HttpResponse>> Api::look_up(const Call& call) {
  CO_TRY_ASSIGN(const json::Document body, json::Document::parse(call.request.body));
  const json::Value* field = body.root().is_object() ? body.root().find("field") : nullptr;
  const json::Value* value = body.root().is_object() ? body.root().find("value") : nullptr;
  if (field == nullptr || value == nullptr || !field->is_string() || !value->is_string()) {
    co_return Error(ErrorCode::invalid_argument, "send {\"field\": \"...\", \"value\": \"...\"}");
  }
  CO_TRY(take_lookup(call));
  CO_TRY_ASSIGN(const RecordKey key,
                co_await engine_.resolve_alternative(call.caller, EntityId::profile, field->text(),
                                                     value->text()));
  CO_TRY_ASSIGN(const DocumentView view,
                co_await engine_.read_masked(call.caller, key, std::nullopt));
  co_return shown(200, view, Shape::array);
}

Task<Result<HttpResponse>> Api::read(const Call& call, Which which) {
  CO_TRY_ASSIGN(const RecordKey key, co_await record_of(call));
  CO_TRY_ASSIGN(const auto version, version_in_path(call, which));
  CO_TRY_ASSIGN(const DocumentView view, co_await engine_.read_masked(call.caller, key, version));
  co_return shown(200, view, shape_of(call.route.entity));
}

Task<Result<HttpResponse>> Api::unmask(const Call& call, Which which) {
  CO_TRY_ASSIGN(Reveal reveal, co_await reveal_of(call));
  const auto subject = co_await subject_of(call);
  const auto key = subject ? record_of_subject(call, *subject) : subject;
  const auto version = version_in_path(call, which);
  if (!key || !version) {
    const Error& error = key ? version.error() : key.error();
    if (error.code() == ErrorCode::not_found) {
      const Asked asked = which == Which::current ? Asked::current : Asked::version;
      const auto& known = key ? key : subject;
      const auto about = known ? std::optional(*known) : std::nullopt;
      CO_TRY(co_await engine_.record_miss(call.caller, about, asked));
    }
    co_return error;
  }
  CO_TRY_ASSIGN(
      const DocumentView view,
      co_await engine_.unmask(std::move(reveal.caller), *key, *version, std::move(reveal.reason)));
  co_return shown(200, view, shape_of(call.route.entity));
}

Task<Result<HttpResponse>> Api::patch(const Call& call) {
  CO_TRY_ASSIGN(const WriteOptions options, write_options(call));
  CO_TRY_ASSIGN(const RecordKey key, co_await record_of(call));
  CO_TRY_ASSIGN(const DocumentView view,
                co_await engine_.patch(call.caller, key, call.request.body, options));
  co_return shown(200, view, Shape::object);
}

// It is done once, however often it is asked for: no Idempotency-Key is needed.
Task<Result<HttpResponse>> Api::convert(const Call& call) {
  if (!call.request.body.empty()) {
    CO_TRY_ASSIGN(const json::Document body, json::Document::parse(call.request.body));
    if (!body.root().is_object() || !body.root().members().empty()) {
      co_return Error(ErrorCode::invalid_argument, "a conversion takes no body: PATCH first");
    }
  }
  CO_TRY_ASSIGN(const WriteOptions options, write_options(call));
  // It takes leave to write both: the prospect is one no more, and there is a profile more.
  Caller of_profile = call.caller;
  Decision decision = decide(call.caller, Resource::put_item, EntityId::profile);
  CO_TRY(co_await allow(of_profile, std::move(decision)));
  CO_TRY_ASSIGN(const RecordKey key, co_await record_of(call));
  CO_TRY_ASSIGN(const DocumentView view, co_await engine_.convert(call.caller, key, options));
  co_return shown(200, view, Shape::object);
}

Task<Result<HttpResponse>> Api::remove(const Call& call) {
  CO_TRY_ASSIGN(const auto if_match, if_match_of(call.request));
  CO_TRY_ASSIGN(const RecordKey key, co_await record_of(call));
  CO_TRY(co_await engine_.remove(call.caller, key, if_match));
  HttpResponse response;
  response.status = 204;
  co_return response;
}

Task<Result<HttpResponse>> Api::list_versions(const Call& call) {
  CO_TRY_ASSIGN(const auto limit, number_in_query(call.request, "limit", versions_page_max));
  CO_TRY_ASSIGN(const RecordKey key, co_await record_of(call));
  CO_TRY_ASSIGN(const auto before_text, call.in_query("before"));
  const auto before = version_of(before_text);
  if (!before) co_return Error(ErrorCode::invalid_argument, "`before` is no version", "before");
  const std::uint32_t shown_max = limit.value_or(versions_page);
  CO_TRY_ASSIGN(std::vector<VersionInfo> versions,
                co_await engine_.versions(call.caller, key, *before, shown_max + 1));
  const bool has_next = versions.size() > shown_max;
  if (has_next) versions.pop_back();
  HttpResponse response;
  response.status = 200;
  append_versions(versions, response.body);
  if (has_next) {
    std::string link("<" + path_by_id(call.request, call.match, key.subject));
    link.append("?limit=").append(std::to_string(shown_max));
    link.append("&before=").append(versions.back().version.text()).append(">; rel=\"next\"");
    response.headers.emplace_back("Link", std::move(link));
  }
  co_return response;
}

}  // namespace velum
