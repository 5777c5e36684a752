#pragma once
// Api: answers the requests of one event loop. Decides who asks and whether they may, hands over to
// the engine, and shows what comes back. Nothing of a request reaches a log, a metric or an error.

#include <cstdint>
#include <optional>
#include <string_view>

#include "access/access_directory.h"
#include "access/budgets.h"
#include "alerts/alert_settings.h"
#include "audit/audit_log.h"
#include "base/log.h"
#include "base/random.h"
#include "http/message.h"
#include "http/query.h"
#include "profile/document_engine.h"
#include "profile/outbox_mover.h"
#include "server/accounts.h"
#include "server/audit_queries.h"
#include "server/call.h"
#include "server/cart_api.h"
#include "server/disclosure_json.h"
#include "server/license_manager.h"
#include "server/metrics.h"
#include "server/order_api.h"
#include "server/routes.h"

namespace velum {

// What all loops share. Outlives every Api.
struct ApiShared {
  const Accounts& accounts;
  AccessDirectory& access;
  AuditLog& audit;
  const ErasureLedger& ledger;
  const OutboxMover& outbox;
  const Router& router;  // make_router()
  Metrics& metrics;
  const Clock& clock;
  Random& random;
  Log& log;
  Budgets& budgets;
};

HttpResponse plain(std::string_view text);   // 200, text/plain.
Error lacks_resource(std::string resource);  // permission_denied
// A whole number from 1 to `max`; nullopt if the query does not have it.
Result<std::optional<std::uint32_t>> number_in_query(const HttpRequest& request,
                                                     std::string_view name, std::uint32_t max);

enum class Which : std::uint8_t { current, named_version };

// What one loop has of its own. Outlives its Api.
struct ApiStores {
  Store& store;
  CommerceStore& commerce;
  MaskedCache& cache;
};

class Api final : public HttpHandler, private RevealDesk {
 public:
  Api(const ApiShared& shared, const ApiStores& stores)
      : shared_(shared),
        store_(stores.store),
        engine_({store_, shared.audit, shared.ledger, shared.clock, shared.random, &stores.cache,
                 &shared.budgets.reveals}),
        metrics_(shared.metrics),
        access_(shared.access),
        license_({shared.access, store_, shared.audit, shared.clock, shared.random}),
        alerts_({store_, shared.audit, shared.clock, shared.random}),
        queries_({store_, shared.audit, shared.clock, shared.random}),
        carts_({stores.commerce, engine_, shared.clock, shared.random}),
        orders_({stores.commerce, engine_, shared.clock, shared.random}, *this) {}

  Task<HttpResponse> handle(const HttpRequest& request) override;
  HttpResponse refuse(int status, const Error& error) override;
  bool is_streamed(const HttpRequest& request) const override;
  Task<HttpResponse> stream(const HttpRequest& request, HttpExchange& exchange) override;

 private:
  using Call = ApiCall;
  class RowCallers;

  Task<HttpResponse> respond(const HttpRequest& request, HttpExchange* exchange);
  // Of whoever asks, in this minute; of nothing before it is known who that is.
  struct RequestsLeft {
    const MinuteBudget* of = nullptr;
    std::uint32_t count = 0;
  };
  Task<Result<HttpResponse>> answer(const HttpRequest& request, const RouteMatch& match,
                                    HttpExchange* exchange, RequestsLeft& left);
  Task<Result<HttpResponse>> answer_call(Call& call, RequestsLeft& left);
  Task<Result<void>> record_exceeded(const Call& call, std::string_view budget);
  static void show_rate(const RequestsLeft& left, HttpResponse& response);
  HttpResponse show_error(const Error& error, const RouteMatch& match);
  Task<Result<HttpResponse>> dispatch(Call& call, RequestsLeft& left);
  Task<Result<void>> authorise(Call& call, RequestsLeft& left);
  Task<Result<void>> admit_shopper(Call& call) const;
  Result<Principal> who_asks(const HttpRequest& request, const Account& account);
  Result<Principal> owner_of(std::string_view token, const Account& account, const Peer& peer);
  Task<Result<std::uint32_t>> take_request(const Principal& who) const;
  Result<void> take_lookup(const Call& call) const;
  static Result<void> check_body_type(const Call& call);
  Decision decide(const Caller& caller, Resource resource, EntityId entity);
  Task<Result<void>> allow(Caller& caller, Decision decision);
  Decision decide_reveal(const Caller& caller, EntityId entity);
  Task<Result<Reveal>> reveal_of(const Call& call);
  Task<Result<Reveal>> reveal_of(const ApiCall& call, EntityId entity) override;
  Task<Result<void>> allow_reveal(Call& call, const Principal& principal);
  static Result<std::optional<GrantId>> grant_named(const Call& call);
  Task<Result<void>> limit_to_fields(Caller& caller, FieldNames wanted);
  Task<Result<void>> limit_to_subjects(const Call& call);
  Task<Result<void>> allow_shopper(Call& call, const Principal& shopper);
  Task<Result<void>> allow_pii_conditions(Caller& caller, const Conditions& conditions);
  AuditEntry refusal_entry(const Caller& caller, std::string_view action) const;
  static Result<std::optional<Token>> subject_in_path(const Call& call);
  Task<Result<RecordKey>> subject_of(const Call& call);
  static Result<RecordKey> record_of_subject(const Call& call, const RecordKey& subject);
  Task<Result<RecordKey>> record_of(const Call& call);
  Result<WriteOptions> write_options(const Call& call) const;
  static Result<ListPage> page_of(const Call& call);
  static Result<std::optional<VersionId>> version_in_path(const Call& call, Which which);

  Task<Result<HttpResponse>> create(const Call& call);
  Task<Result<HttpResponse>> look_up(const Call& call);
  Task<Result<HttpResponse>> validate_conditions(const Call& call);
  Task<Result<HttpResponse>> read(const Call& call, Which which);
  Task<Result<HttpResponse>> unmask(const Call& call, Which which);
  Task<Result<HttpResponse>> list(const Call& call);
  Task<Result<HttpResponse>> unmask_all(const Call& call);
  Task<Result<HttpResponse>> list_prospects(const Call& call);
  Task<Result<HttpResponse>> unmask_prospects(const Call& call, Reveal reveal);
  Task<Result<HttpResponse>> patch(const Call& call);
  Task<Result<HttpResponse>> convert(const Call& call);
  Task<Result<HttpResponse>> import_rows(const Call& call);
  Task<Result<HttpResponse>> remove(const Call& call);
  Task<Result<HttpResponse>> list_versions(const Call& call);
  Task<Result<HttpResponse>> find_checkout_profile(Call& call, RequestsLeft& left);
  static HttpResponse read_schema(const Call& call);
  static HttpResponse read_custom_fields(const Call& call);
  Task<Result<HttpResponse>> replace_custom_fields(const Call& call);
  Task<Result<HttpResponse>> read_job(const Call& call);

  static Result<PrincipalId> app_key_in_path(const Call& call);
  HttpResponse list_app_keys(const Call& call);
  Result<HttpResponse> read_app_key(const Call& call);
  Task<Result<HttpResponse>> create_app_key(const Call& call);
  Task<Result<HttpResponse>> change_app_key(const Call& call);
  Task<Result<HttpResponse>> revoke_app_key(const Call& call);
  Task<Result<HttpResponse>> rotate_app_key(const Call& call);
  static HttpResponse read_account(const Call& call);
  Result<HttpResponse> read_account_privacy(const Call& call);
  HttpResponse read_unmask_policy(const Call& call);
  Task<Result<HttpResponse>> put_unmask_policy(const Call& call);
  Result<HttpResponse> list_roles(const Call& call);
  Task<Result<HttpResponse>> put_role(const Call& call);
  Task<Result<HttpResponse>> delete_role(const Call& call);
  static HttpResponse list_resources();
  static Result<GrantId> grant_in_path(const Call& call);
  Result<HttpResponse> show_grant(const Call& call, int status, const UnmaskGrantRow& row);
  Task<Result<HttpResponse>> request_grant(const Call& call);
  Result<HttpResponse> list_grants(const Call& call);
  Result<HttpResponse> read_grant(const Call& call);
  Task<Result<HttpResponse>> approve_grant(const Call& call);
  Task<Result<HttpResponse>> end_grant(const Call& call);
  Task<Result<HttpResponse>> break_glass(const Call& call);

  Task<Result<HttpResponse>> log_in(Call& call);
  static Result<PrincipalId> user_in_path(const Call& call);
  Task<Result<void>> allow_of_key(const Call& call, PrincipalId id, Resource resource);
  Task<Result<HttpResponse>> create_user(const Call& call);
  Result<HttpResponse> read_user(const Call& call);
  Task<Result<HttpResponse>> change_user(const Call& call);
  Task<Result<HttpResponse>> delete_user(const Call& call);
  Result<HttpResponse> list_users(const Call& call);
  Task<Result<HttpResponse>> list_user_roles(const Call& call);
  Task<Result<HttpResponse>> add_user_roles(const Call& call);
  Task<Result<HttpResponse>> remove_user_role(const Call& call);
  Task<Result<HttpResponse>> issue_user_token(const Call& call);
  Task<Result<HttpResponse>> end_user_tokens(const Call& call);
  Task<Result<HttpResponse>> validate_token(Call& call);
  struct Subject {
    EntityId entity{};
    DocumentMeta meta;
  };
  Task<Result<Subject>> require_subject(const Caller& caller, Token subject);
  Task<Result<void>> take_reveal_of(const Caller& caller, Token subject);
  Task<Result<HttpResponse>> issue_shopper_token(const Call& call);

  static Result<WebhookId> webhook_in_path(const Call& call);
  static Result<Token> canary_in_path(const Call& call);
  Task<Result<HttpResponse>> list_webhooks(const Call& call);
  Task<Result<HttpResponse>> read_webhook(const Call& call);
  Task<Result<HttpResponse>> create_webhook(const Call& call);
  Task<Result<HttpResponse>> change_webhook(const Call& call);
  Task<Result<HttpResponse>> delete_webhook(const Call& call);
  Task<Result<HttpResponse>> rotate_webhook(const Call& call);
  Task<Result<HttpResponse>> test_webhook(const Call& call);
  Task<Result<HttpResponse>> list_canaries(const Call& call);
  Task<Result<HttpResponse>> mark_canary(const Call& call);
  Task<Result<HttpResponse>> unmark_canary(const Call& call);

  Task<Result<HttpResponse>> list_audit_queries(const Call& call);
  Task<Result<HttpResponse>> read_audit_query(const Call& call);
  Task<Result<HttpResponse>> put_audit_query(const Call& call);
  Task<Result<HttpResponse>> delete_audit_query(const Call& call);
  Task<Result<AuditFilter>> audit_filter(const Call& call);
  Task<Result<HttpResponse>> audit_events(const Call& call);
  Result<HttpResponse> audit_checkpoint(const Call& call) const;
  Result<HttpResponse> audit_tile(const Call& call) const;
  Result<HttpResponse> audit_proof(const Call& call) const;
  Result<HttpResponse> audit_consistency(const Call& call) const;
  HttpResponse audit_key(const Call& call) const;
  Task<Result<HttpResponse>> audit_export(const Call& call);
  Task<Result<void>> write_audit_pages(const Call& call, AuditSearch search, std::uint32_t& count);
  Task<Result<HttpResponse>> shopper_disclosures(const Call& call);
  Task<Result<HttpResponse>> operator_disclosures(const Call& call);
  Task<Result<HttpResponse>> disclosures(const Call& call, AuditFilter filter);
  std::vector<std::optional<SealedReason>> reasons_to_show(
      const Caller& caller, const std::vector<DisclosureEntry>& entries);
  Task<Result<void>> allow_reasons(const Caller& caller,
                                   const std::vector<std::optional<SealedReason>>& sealed);
  Task<Result<ReasonTexts>> open_reasons(const Caller& caller,
                                         std::vector<std::optional<SealedReason>> sealed);
  ActorLabels labels_of_actors(AccountId account);

  const ApiShared& shared_;
  Store& store_;
  DocumentEngine engine_;
  RequestMetrics metrics_;
  AccessView access_;
  LicenseManager license_;
  AlertSettings alerts_;
  AuditQueries queries_;
  CartApi carts_;
  OrderApi orders_;
};

}  // namespace velum
