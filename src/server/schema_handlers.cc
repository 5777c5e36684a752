// The handlers of schemas, and of the jobs that their changes begin.

#include <utility>

#include "json/json_text.h"
#include "server/api.h"

namespace velum {
namespace {

std::string_view state_name(JobState state) {
  switch (state) {
    case JobState::in_progress: return "InProgress";
    case JobState::success: return "Success";
    case JobState::failed: return "Failed";
  }
  VELUM_CHECK(false);
}

std::string_view kind_name(JobKind kind) {
  switch (kind) {
    case JobKind::remask: return "remask";
  }
  VELUM_CHECK(false);
}

// The custom fields as a schema of their own; not closed.
WipedText custom_schema(const Schema& schema) {
  WipedText out;
  append(out, R"({"title":"Custom fields","description":"What this store adds to the schema of )");
  append(out, entity_name(schema.entity()));
  append(out, R"(.","type":"object","required":[],"properties":)");
  append(out, schema.custom_fields());
  append(out, ",\"version\":");
  append(out, std::to_string(schema.revision()));
  return out;
}

}  // namespace

HttpResponse Api::read_schema(const Call& call) {
  HttpResponse response;
  response.status = 200;
  append(response.body, call.caller.schema().text());
  return response;
}

HttpResponse Api::read_custom_fields(const Call& call) {
  HttpResponse response;
  response.status = 200;
  response.body = custom_schema(call.caller.schema());
  response.body.push_back('}');
  return response;
}

Task<Result<HttpResponse>> Api::replace_custom_fields(const Call& call) {
  Caller caller = call.caller;
  Decision unmask = decide(caller, Resource::unmask_item, caller.entity());
  Decision remove = decide(caller, Resource::delete_item, caller.entity());
  const SchemaRights rights{unmask.allowed ? Unmasking::allowed : Unmasking::refused,
                            remove.allowed ? Deleting::allowed : Deleting::refused};
  const auto change = co_await engine_.replace_custom_fields(caller, call.request.body, rights);
  if (!change && change.error().code() == ErrorCode::permission_denied) {
    const bool may_not_delete = change.error().subject() == resource_name(Resource::delete_item);
    CO_TRY(co_await allow(caller, std::move(may_not_delete ? remove : unmask)));
  }
  if (!change) co_return change.error();
  HttpResponse response;
  response.status = 201;
  response.body = custom_schema(*change->schema);
  append(response.body, ",\"jobId\":");
  append(response.body, change->job ? "\"" + change->job->text() + "\"" : "null");
  response.body.push_back('}');
  co_return response;
}

Task<Result<HttpResponse>> Api::read_job(const Call& call) {
  CO_TRY_ASSIGN(const Sensitive id, call.in_path(0));
  CO_TRY_ASSIGN(const JobRow job, co_await engine_.job(call.caller, id.text()));
  HttpResponse response;
  response.status = 200;
  append(response.body, json_object({{"id", json_string(job.id.text())},
                                     {"kind", json_string(kind_name(job.kind))},
                                     {"entity", json_string(entity_name(job.entity))},
                                     {"status", json_string(state_name(job.state))},
                                     {"done", std::to_string(job.done)},
                                     {"total", std::to_string(job.total)},
                                     {"createdAt", json_string(to_text(job.created_at))},
                                     {"updatedAt", json_string(to_text(job.updated_at))}}));
  co_return response;
}

}  // namespace velum
