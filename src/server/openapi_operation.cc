#include "server/openapi_operation.h"

#include <utility>

#include "server/openapi_documents.h"

namespace velum {
namespace {

using enum ErrorCode;

Operation text(std::string id, std::string summary, std::string_view content_type = "text/plain") {
  return {.id = std::move(id),
          .summary = std::move(summary),
          .content_type = content_type,
          .answer = R"({"type":"string"})"};
}

// Where swagger-ui-dist was not there at build time, there is none.
Operation page(std::string id, std::string summary, std::string_view content_type) {
  Operation page = text(std::move(id), std::move(summary), content_type);
  page.errors = {not_found};
  return page;
}

}  // namespace

Operation operation_of(const Route& route) {
  const EntityId entity = route.entity;
  const std::string name(schema_name(entity));
  switch (route.id) {
    case RouteId::create: return creation(entity, name);
    case RouteId::look_up:
      return {.id = "lookUp" + name,
              .summary = "Finds " + one(entity) + ", with nothing personal in the URL; masked",
              .body = schema_reference("LookUp"),
              .answer = shown_alone(entity),
              .header = "ETag",
              .errors = {ambiguous}};
    case RouteId::validate_conditions:
      return {.id = "validateConditions",
              .summary = "Answers conditions on " + one(entity) +
                         ". One on a personal field takes " +
                         "UnmaskItemResource too, and is in the audit log",
              .body = schema_reference("Conditions"),
              .answer = schema_reference("ConditionAnswers"),
              .errors = {sealed}};
    case RouteId::convert:
      return {.id = "convert" + name,
              .summary = "Makes a profile of " + one(entity) + ", under the same id; masked",
              .parameters = {"ttl", "ifMatch"},
              .answer = record_schema(EntityId::profile),
              .header = "ETag",
              .errors = write_errors_and({version_mismatch})};
    case RouteId::import_rows:
      return {.id = "importRows",
              .summary =
                  "Makes what is not there yet: a row a line, and a line of each one's result "
                  "while more arrive",
              .body_type = "application/x-ndjson",
              .body = schema_reference("ImportRow"),
              .content_type = "application/x-ndjson",
              .answer = schema_reference("ImportResult"),
              .errors = {sealed}};
    case RouteId::read: return reading(entity, name);
    case RouteId::list: return listing(entity, name);
    case RouteId::change: return changing(route, name);
    case RouteId::remove: return removal(entity, name);
    case RouteId::unmask:
      return reveal(reading(entity, name), "unmask" + name, "Reveals " + one(entity));
    case RouteId::unmask_all:
      return reveal(listing(entity, name), "unmaskAll" + name,
                    "Reveals what the list shows; an audit entry for each");
    case RouteId::list_versions:
      return {.id = "listVersionsOf" + name,
              .summary = "Lists the versions of " + one(entity) + ", the newest first",
              .parameters = {"limit", "before"},
              .answer = array_of(schema_reference("Version")),
              .header = "Link"};
    case RouteId::read_version: {
      Operation read = reading(entity, name);
      read.id = "readVersionOf" + name;
      read.summary = "Reads one version of " + one(entity) + ", masked";
      return read;
    }
    case RouteId::unmask_version:
      return reveal(reading(entity, name), "unmaskVersionOf" + name,
                    "Reveals one version of " + one(entity));
    case RouteId::read_schema:
      return {.id = "readSchemaOf" + name,
              .summary = "What a document of the kind may hold, a store's own fields included",
              .answer = R"({"type":"object"})"};
    case RouteId::read_custom_fields:
      return {.id = "readCustomFieldsOf" + name,
              .summary = "The store's own fields; `version` counts the changes",
              .answer = schema_reference("CustomFields")};
    case RouteId::replace_custom_fields:
      return {.id = "replaceCustomFieldsOf" + name,
              .summary =
                  "Replaces all of the store's own fields; {} removes them. What shows more "
                  "of any field takes UnmaskItemResource too, what keeps any for fewer days "
                  "DeleteItemResource",
              .body = R"({"type":"object"})",
              .status = 201,
              .answer = schema_reference("ReplacedCustomFields"),
              .errors = {conflict}};
    case RouteId::read_job:
      return {.id = "readJob",
              .summary = "How far the job is that makes masked documents again",
              .answer = schema_reference("Job")};

    case RouteId::list_app_keys:
      return {.id = "listAppKeys",
              .summary = "All app keys of the account, the revoked ones too; never a token",
              .answer = array_of(schema_reference("AppKey"))};
    case RouteId::create_app_key:
      return {.id = "createAppKey",
              .summary = "Makes an app key. Its token is shown this once",
              .body = schema_reference("NewAppKey"),
              .status = 201,
              .answer = schema_reference("IssuedAppKey"),
              .errors = {conflict}};
    case RouteId::read_app_key:
      return {
          .id = "readAppKey", .summary = "Reads an app key", .answer = schema_reference("AppKey")};
    case RouteId::change_app_key:
      return {.id = route.method == HttpMethod::put ? "putAppKey" : "patchAppKey",
              .summary = "Changes those members of an app key that are sent",
              .body = schema_reference("AppKeyChange"),
              .answer = schema_reference("AppKey"),
              .errors = {conflict}};
    case RouteId::revoke_app_key:
      return {.id = "revokeAppKey",
              .summary = "Revokes an app key, for good; again changes nothing",
              .status = 204,
              .errors = {conflict}};
    case RouteId::rotate_app_key:
      return {.id = "rotateAppKey",
              .summary = "Gives an app key another token. The one that it had is right for a while",
              .body = schema_reference("Rotation"),
              .answer = schema_reference("IssuedAppKey"),
              .errors = {conflict}};
    case RouteId::list_roles:
      return {.id = "listRoles",
              .summary = "A page of the roles that the account's keys can have",
              .parameters = {"numItems", "pageNumber", "sort", "sortType"},
              .answer = schema_reference("Roles")};
    case RouteId::put_role:
      return {.id = "putRole",
              .summary = "Makes or replaces a role of the account's own",
              .body = schema_reference("NewRole"),
              .answer = schema_reference("Role"),
              .errors = {conflict}};
    case RouteId::delete_role:
      return {.id = "deleteRole",
              .summary = "Deletes a role of the account's own that no app key has",
              .status = 204,
              .errors = {conflict}};
    case RouteId::list_resources:
      return {.id = "listResources",
              .summary = "Every resource that a role can have",
              .answer = array_of(schema_reference("Resource"))};
    case RouteId::read_account:
      return {.id = "readAccount",
              .summary = "Reads the account",
              .answer = schema_reference("AccountInfo")};
    case RouteId::read_account_privacy:
      return {.id = "readAccountPrivacy",
              .summary = "In which region the account's personal data is",
              .answer = schema_reference("AccountPrivacy")};
    case RouteId::create_user:
      return {.id = "createUser",
              .summary = "Makes a user, or finds the one who has the e-mail",
              .body = schema_reference("NewUser"),
              .answer = schema_reference("User"),
              .errors = {invalid_field, conflict, sealed}};
    case RouteId::read_user:
      return {.id = "readUser", .summary = "Reads a user", .answer = schema_reference("User")};
    case RouteId::change_user:
      return {.id = "patchUser",
              .summary = "Changes a user's name, or whether they may come at all",
              .body = schema_reference("UserChange"),
              .answer = schema_reference("User")};
    case RouteId::delete_user:
      return {.id = "deleteUser",
              .summary = "Deletes a user with all that is personal, and ends their tokens",
              .answer = R"({"type":"object"})"};
    case RouteId::list_users:
      return {.id = "listUsers",
              .summary = "A page of the account's users",
              .parameters = {"numItems", "pageNumber", "sortUsers", "sortType"},
              .answer = schema_reference("Users")};
    case RouteId::list_user_roles:
      return {.id = "listRolesOfUser",
              .summary = "The roles of a user or an app key; of a key it takes View_ApiKeys too",
              .answer = array_of(schema_reference("RoleName"))};
    case RouteId::add_user_roles:
      return {.id = "addRolesToUser",
              .summary =
                  "Gives a user or an app key roles beside those that they have; of a key "
                  "it takes Save_ApiKeys too",
              .body = array_of(R"({"type":"integer"})"),
              .status = 204,
              .errors = {conflict}};
    case RouteId::remove_user_role:
      return {.id = "removeRoleOfUser",
              .summary =
                  "Takes a role from a user or an app key; of a key it takes Save_ApiKeys "
                  "too",
              .status = 204,
              .errors = {conflict}};
    case RouteId::issue_user_token:
      return {.id = "issueUserToken",
              .summary = "Makes a token for a user, for a store's own sign-on",
              .status = 201,
              .answer = schema_reference("Login"),
              .errors = {conflict}};
    case RouteId::issue_shopper_token:
      return {
          .id = "issueShopperToken",
          .summary = "Makes a token for a shopper, which reads and reveals their own records alone",
          .body = schema_reference("ShopperTokenRequest"),
          .status = 201,
          .answer = schema_reference("Login"),
          .errors = {not_found, audit_unavailable}};
    case RouteId::end_user_tokens:
      return {.id = "endUserTokens", .summary = "Ends every token of a user", .status = 204};
    case RouteId::log_in:
      return {.id = "logIn",
              .summary = "Makes a user token of an app key and its token",
              .body = schema_reference("AppLogin"),
              .answer = schema_reference("Login"),
              .errors = {audit_unavailable}};
    case RouteId::validate_token:
      return {.id = "validateToken",
              .summary = "Whose a user token is",
              .body = schema_reference("TokenToValidate"),
              .answer = schema_reference("Validation")};

    case RouteId::read_unmask_policy:
      return {.id = "readUnmaskPolicy",
              .summary = "For what the account's documents may be unmasked",
              .answer = schema_reference("UnmaskPolicy")};
    case RouteId::put_unmask_policy:
      return {
          .id = "putUnmaskPolicy",
          .summary = "Says for what the account's documents may be unmasked; null for any reason",
          .body = schema_reference("UnmaskPolicy"),
          .answer = schema_reference("UnmaskPolicy"),
          .errors = {conflict}};
    case RouteId::request_grant:
      return {.id = "requestUnmaskGrant",
              .summary = "Asks for leave to unmask for a while, which others approve",
              .body = schema_reference("NewUnmaskGrant"),
              .status = 201,
              .answer = schema_reference("UnmaskGrant"),
              .errors = {reason_not_allowed, conflict}};
    case RouteId::list_grants:
      return {.id = "listUnmaskGrants",
              .summary = "Your grants, and every one of the account for who may approve",
              .answer = array_of(schema_reference("UnmaskGrant"))};
    case RouteId::read_grant:
      return {.id = "readUnmaskGrant",
              .summary = "Reads a grant",
              .answer = schema_reference("UnmaskGrant")};
    case RouteId::approve_grant:
      return {.id = "approveUnmaskGrant",
              .summary = "Approves what another has asked for. It holds from the last approval on",
              .answer = schema_reference("UnmaskGrant"),
              .errors = {conflict}};
    case RouteId::end_grant:
      return {.id = "endUnmaskGrant",
              .summary = "Ends a grant, or refuses it; again changes nothing",
              .status = 204};
    case RouteId::break_the_glass:
      return {.id = "breakGlass",
              .summary = "Leave to unmask anything at once, which the account's receivers are told",
              .body = schema_reference("BreakGlass"),
              .status = 201,
              .answer = schema_reference("UnmaskGrant"),
              .errors = {reason_not_allowed, conflict}};
    case RouteId::list_webhooks:
      return {.id = "listWebhooks",
              .summary = "All receivers of the account's alerts; never a secret",
              .answer = array_of(schema_reference("Webhook"))};
    case RouteId::create_webhook:
      return {.id = "createWebhook",
              .summary = "Adds a receiver of alerts. Its secret is shown this once",
              .body = schema_reference("NewWebhook"),
              .status = 201,
              .answer = schema_reference("IssuedWebhook"),
              .errors = {conflict}};
    case RouteId::read_webhook:
      return {.id = "readWebhook",
              .summary = "Reads a receiver of alerts",
              .answer = schema_reference("Webhook")};
    case RouteId::change_webhook:
      return {.id = "putWebhook",
              .summary = "Changes where a receiver is, and what it is told of",
              .body = schema_reference("NewWebhook"),
              .answer = schema_reference("Webhook")};
    case RouteId::delete_webhook:
      return {.id = "deleteWebhook",
              .summary = "Deletes a receiver, with the alerts that wait for it",
              .status = 204};
    case RouteId::rotate_webhook:
      return {
          .id = "rotateWebhook",
          .summary = "Gives a receiver another secret. The one that it had signs too for a while",
          .body = schema_reference("Rotation"),
          .answer = schema_reference("IssuedWebhook")};
    case RouteId::test_webhook:
      return {.id = "testWebhook",
              .summary = "Sends a receiver a test",
              .status = 202,
              .errors = {conflict}};
    case RouteId::list_canaries:
      return {.id = "listCanaries",
              .summary = "The profiles whose reveal raises an alert",
              .answer = array_of(schema_reference("Canary"))};
    case RouteId::mark_canary:
      return {.id = "markCanary",
              .summary = "Makes a profile one whose reveal raises an alert",
              .status = 204,
              .errors = {conflict}};
    case RouteId::unmark_canary:
      return {.id = "unmarkCanary",
              .summary = "Makes a profile an ordinary one. That raises an alert too",
              .status = 204};

    case RouteId::put_audit_query:
    case RouteId::delete_audit_query:
    case RouteId::list_audit_queries:
    case RouteId::read_audit_query:
    case RouteId::audit_events:
    case RouteId::audit_export:
    case RouteId::shopper_disclosures:
    case RouteId::operator_disclosures: return audit_operation_of(route);
    case RouteId::begin_cart:
    case RouteId::read_cart:
    case RouteId::add_cart_items:
    case RouteId::update_cart_items:
    case RouteId::attach_to_cart:
    case RouteId::place_order:
    case RouteId::forget_cart_person:
    case RouteId::find_checkout_profile:
    case RouteId::read_sku:
    case RouteId::put_sku:
    case RouteId::delete_sku:
    case RouteId::read_checkout_settings:
    case RouteId::change_checkout_settings:
    case RouteId::read_order:
    case RouteId::read_order_plainly:
    case RouteId::search_orders:
    case RouteId::start_handling:
    case RouteId::cancel_order:
    case RouteId::invoice_order:
    case RouteId::read_feed:
    case RouteId::commit_feed:
    case RouteId::read_feed_settings:
    case RouteId::put_feed_settings:
    case RouteId::delete_feed:
    case RouteId::notify_payment: return cart_operation_of(route);
    case RouteId::audit_checkpoint:
      return text("readAuditCheckpoint", "The newest signed checkpoint of the audit log");
    case RouteId::audit_tile:
      return text("readAuditTile",
                  "A tile of the audit log's tree, or of its entries, by its name in "
                  "C2SP tlog-tiles; nothing that the newest checkpoint does not cover",
                  "application/octet-stream");
    case RouteId::audit_proof:
      return text("proveAuditEntry",
                  "Proof that an entry is in the log: C2SP tlog-proof, with the newest checkpoint");
    case RouteId::audit_consistency:
      return text("proveAuditConsistency",
                  "Proof that the log of the newest checkpoint begins with what an older one "
                  "covered, as C2SP tlog-witness has it");
    case RouteId::audit_key:
      return text("readAuditKey", "The C2SP verifier key of the account's checkpoints");
    case RouteId::live: return text("live", "Is the process alive?");
    case RouteId::ready: return text("ready", "Does it serve?");
    case RouteId::metrics: return text("metrics", "Prometheus' text format");
    case RouteId::openapi:
      return {.id = "openapi", .summary = "This document", .answer = R"({"type":"object"})"};
    case RouteId::docs_page: return page("docs", "This document as a page", "text/html");
    case RouteId::docs_file: return page("docsFile", "What the page consists of", "text/*");
  }
  VELUM_CHECK(false);
}

}  // namespace velum
