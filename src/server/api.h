#pragma once
// Api: answers the requests of one event loop. Decides who asks and whether they may, hands over to
// the engine, and shows what comes back. Nothing of a request reaches a log, a metric or an error.

#include <cstdint>
#include <optional>
#include <string_view>

#include "access/app_keys.h"
#include "audit/audit_log.h"
#include "base/log.h"
#include "base/random.h"
#include "http/message.h"
#include "http/query.h"
#include "profile/document_engine.h"
#include "profile/outbox_mover.h"
#include "server/accounts.h"
#include "server/metrics.h"
#include "server/routes.h"

namespace velum {

// What all loops share. Outlives every Api.
struct ApiShared {
  const Accounts& accounts;
  const AppKeys& app_keys;
  AuditLog& audit;
  const ErasureLedger& ledger;
  const OutboxMover& outbox;
  const Router& router;  // make_router()
  Metrics& metrics;
  const Clock& clock;
  Random& random;
  Log& log;
};

HttpResponse plain(std::string_view text);  // 200, text/plain.
// A whole number from 1 to `max`; nullopt if the query does not have it.
Result<std::optional<std::uint32_t>> number_in_query(const HttpRequest& request,
                                                     std::string_view name, std::uint32_t max);

enum class Which : std::uint8_t { current, named_version };

class Api final : public HttpHandler {
 public:
  Api(const ApiShared& shared, Store& store, MaskedCache& cache)
      : shared_(shared),
        engine_({store, shared.audit, shared.ledger, shared.clock, shared.random, &cache}),
        metrics_(shared.metrics) {}

  Task<HttpResponse> handle(const HttpRequest& request) override;
  HttpResponse refuse(int status, const Error& error) override;

 private:
  // One request on its way: lives in handle()'s frame.
  struct Call {
    const HttpRequest& request;
    const RouteMatch& match;
    const Route& route;
    Caller caller;

    // The n-th parameter of the path, and a parameter of the query; decoded.
    Result<Sensitive> in_path(std::size_t index) const;
    Result<std::optional<Sensitive>> in_query(std::string_view name) const;
  };

  Task<Result<HttpResponse>> answer(const HttpRequest& request, const RouteMatch& match);
  HttpResponse show_error(const Error& error, const RouteMatch& match);
  Task<Result<HttpResponse>> dispatch(const Call& call);
  Task<Result<void>> authorise(Call& call);
  Task<Result<RecordKey>> subject_of(const Call& call);
  static Result<RecordKey> record_of_subject(const Call& call, const RecordKey& subject);
  Task<Result<RecordKey>> record_of(const Call& call);
  Result<WriteOptions> write_options(const Call& call) const;
  static Result<ListPage> page_of(const Call& call);
  static Result<std::optional<VersionId>> version_in_path(const Call& call, Which which);

  Task<Result<HttpResponse>> create(const Call& call);
  Task<Result<HttpResponse>> look_up(const Call& call);
  Task<Result<HttpResponse>> read(const Call& call, Which which);
  Task<Result<HttpResponse>> unmask(const Call& call, Which which);
  Task<Result<HttpResponse>> list(const Call& call);
  Task<Result<HttpResponse>> unmask_all(const Call& call);
  Task<Result<HttpResponse>> list_prospects(const Call& call);
  Task<Result<HttpResponse>> unmask_prospects(const Call& call, Reason reason);
  Task<Result<HttpResponse>> patch(const Call& call);
  Task<Result<HttpResponse>> remove(const Call& call);
  Task<Result<HttpResponse>> list_versions(const Call& call);
  Result<HttpResponse> audit_events(const Call& call) const;
  Result<HttpResponse> audit_checkpoint(const Call& call) const;

  const ApiShared& shared_;
  DocumentEngine engine_;
  RequestMetrics metrics_;
};

}  // namespace velum
