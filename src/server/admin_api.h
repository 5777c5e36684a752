#pragma once
// AdminApi: what commands ask of a running server over its admin socket. Whoever can open the
// socket (mode 0600, in the data directory) could read the data directory anyway: file permissions
// are the authentication, and the audit log names the command.
//
//   POST /admin/{account}/erase     {"email": "..."}    -> {"subjects": how many}
//   POST /admin/{account}/import    a row: import_row.h -> {"made": {entity: how many},
//                                                           "alreadyThere": ...}
//   POST /admin/{account}/check     the same            -> what it would make of nothing
//   POST /admin/{account}/export    {"entity": ..., "after": ..., "reason": ...}: export_page.h
//                                   -> what to send as "after" next, or nothing; then the lines
//   POST /admin/{account}/records   {"after": ...}: record_hashes.h -> as an export
//   POST /admin/{account}/appkeys/create              a body as the API's, and its answer
//   POST /admin/{account}/appkeys/list                {}
//   POST /admin/{account}/appkeys/{key}/revoke        {}; `key` is an id or an app key
//   POST /admin/{account}/appkeys/{key}/rotate        a body as the API's, and its answer
//
// Serves the background loop. Every other path is refused, and so is every other stream.

#include <functional>

#include "http/message.h"
#include "http/router.h"
#include "profile/document_engine.h"
#include "profile/outbox_mover.h"
#include "rights/eraser.h"
#include "server/accounts.h"
#include "server/app_key_command.h"
#include "server/import_row.h"
#include "server/user_command.h"

namespace velum {

struct AdminParts {
  const Accounts& accounts;
  Store& store;  // Of that loop.
  DocumentEngine& engine;
  Eraser& eraser;
  const AccessDirectory& access;
  LicenseManager& license;
  const OutboxMover& outbox;
  const Clock& clock;
  Random& random;
  Log& log;
};

// What a command does to a store is done in this name, which the audit log shows.
Caller admin_caller(const Account& account, Random& random, std::string_view command,
                    Resource resource);

// import_row() in the name of "velum import". What is about the row is invalid_argument: of a
// command, not_found is about its account.
Task<Result<RowOutcome>> import_row_by_command(DocumentEngine& engine, const Account& account,
                                               Random& random, std::string_view row);

class AdminApi final : public HttpHandler {
 public:
  explicit AdminApi(const AdminParts& parts);  // What the parts refer to outlives it.

  Task<HttpResponse> handle(const HttpRequest& request) override;
  HttpResponse refuse(int status, const Error& error) override;

 private:
  enum class RouteNumber : std::uint8_t {
    erase,
    import,
    check,
    export_page,
    records,
    create_app_key,
    list_app_keys,
    revoke_app_key,
    rotate_app_key,
    create_user,
    list_users,
    issue_user_token,
    delete_user,
  };

  Task<Result<HttpResponse>> dispatch(const RouteMatch& match, const Account& account,
                                      const HttpRequest& request);
  Task<Result<HttpResponse>> app_key(AppKeyVerb verb, const RouteMatch& match,
                                     const Account& account, const HttpRequest& request);
  Task<Result<HttpResponse>> user(UserVerb verb, const RouteMatch& match, const Account& account,
                                  const HttpRequest& request);
  Task<Result<HttpResponse>> answer(const HttpRequest& request);
  Task<Result<HttpResponse>> erase(const Account& account, const HttpRequest& request);
  Task<Result<HttpResponse>> export_page(const Account& account, const HttpRequest& request);
  Task<Result<HttpResponse>> records(const Account& account, const HttpRequest& request);
  Task<Result<HttpResponse>> import(const Account& account, const HttpRequest& request);

  AdminParts parts_;
  Router router_;
};

}  // namespace velum
