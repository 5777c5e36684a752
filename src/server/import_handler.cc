// The handler of bulk imports.

#include <utility>

#include "server/api.h"
#include "server/bulk_import.h"

namespace velum {

// Each entity takes its own right to write, and its refusal is on record, as that of any call.
class Api::RowCallers final : public ImportCallers {
 public:
  RowCallers(Api& api, const Call& call) : api_(api), call_(call) {}

  Task<Result<Caller>> caller_for(EntityId entity) override {
    Caller caller = call_.caller;
    Decision decision = api_.decide(caller, Resource::put_item, entity);
    CO_TRY(co_await api_.allow(caller, std::move(decision)));
    co_return caller;
  }

  Result<void> may_look_up() override {
    const auto left = api_.shared_.budgets.lookups.take(call_.caller.decision.principal.id, 0);
    if (!left) return left.error();
    if (*left > 0) return {};
    return Error(ErrorCode::rate_limited, "too many rows name an e-mail that nobody has",
                 std::string(api_.shared_.budgets.lookups.name().view()));
  }
  void found_nobody() override { static_cast<void>(api_.take_lookup(call_).has_value()); }

 private:
  Api& api_;
  const Call& call_;
};

Task<Result<HttpResponse>> Api::import_rows(const Call& call) {
  VELUM_CHECK(call.exchange != nullptr);
  RowCallers callers(*this, call);
  BulkImport import(engine_, callers, *call.caller.account, shared_.outbox);
  const Result<void> done = co_await import.run(*call.exchange);
  // Who has gone is told nothing, and nobody else need know.
  if (!done && done.error().code() != ErrorCode::cancelled) co_return done.error();
  HttpResponse begun;
  begun.status = 200;
  co_return begun;
}

}  // namespace velum
