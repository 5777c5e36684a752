#pragma once
// AdminApi: what commands ask of a running server over its admin socket. Whoever can open the
// socket (mode 0600, in the data directory) could read the data directory anyway: file permissions
// are the authentication, and the audit log names the command.
//
//   POST /admin/{account}/erase     {"email": "..."}   -> {"subjects": how many}
//   POST /admin/{account}/profiles  a document          -> 201 {"id": ...}, 409 if it is there
//   POST /admin/{account}/check     a document          -> 204 if it would be taken
//
// Serves the background loop. Every other path is refused, and so is every other stream.

#include <functional>

#include "http/message.h"
#include "http/router.h"
#include "profile/document_engine.h"
#include "profile/outbox_mover.h"
#include "rights/eraser.h"
#include "server/accounts.h"

namespace velum {

struct AdminParts {
  const Accounts& accounts;
  DocumentEngine& engine;
  Eraser& eraser;
  const OutboxMover& outbox;
  Random& random;
  Log& log;
};

// What a command does to a store is done in this name, which the audit log shows.
Caller admin_caller(const Account& account, Random& random, std::string_view command,
                    Resource resource);

class AdminApi final : public HttpHandler {
 public:
  explicit AdminApi(const AdminParts& parts);  // What the parts refer to outlives it.

  Task<HttpResponse> handle(const HttpRequest& request) override;
  HttpResponse refuse(int status, const Error& error) override;

 private:
  enum class RouteNumber : std::uint8_t { erase, create, check };

  Task<Result<HttpResponse>> dispatch(RouteNumber route, const Account& account,
                                      const HttpRequest& request);
  Task<Result<HttpResponse>> answer(const HttpRequest& request);
  Task<Result<HttpResponse>> erase(const Account& account, const HttpRequest& request);
  Task<Result<HttpResponse>> create(const Account& account, const HttpRequest& request);

  AdminParts parts_;
  Router router_;
};

}  // namespace velum
