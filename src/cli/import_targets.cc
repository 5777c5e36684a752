#include "cli/import_targets.h"

#include <utility>

#include "server/admin_api.h"

namespace velum {
namespace {

constexpr std::size_t connections_count = 32;

// A unique value that somebody holds: this shopper has been imported before.
Result<ImportOutcome> outcome_of(const Result<void>& created) {
  if (created) return ImportOutcome::imported;
  if (created.error().code() == ErrorCode::conflict) return ImportOutcome::already_there;
  return created.error();
}

}  // namespace

Task<Result<ImportOutcome>> EngineTarget::put(WipedText document) {
  if (!outbox_.has_room()) co_return outbox_is_full();
  Caller caller = admin_caller(account_, random_, "velum import", Resource::put_item);
  const auto created =
      co_await engine_.create(std::move(caller), std::nullopt, view(document), WriteOptions());
  co_return outcome_of(created ? Result<void>() : Result<void>(created.error()));
}

Result<void> EngineTarget::check(std::string_view document) {
  return DocumentEngine::check(account_, EntityId::profile, document);
}

Result<std::unique_ptr<ServerTarget>> ServerTarget::connect(const DataDirectory& data,
                                                            std::string account) {
  TRY_ASSIGN(AdminClient checker, AdminClient::connect(data));
  std::vector<AdminClient> clients;
  for (std::size_t count = 0; count < connections_count; ++count) {
    TRY_ASSIGN(AdminClient client, AdminClient::connect(data));
    clients.push_back(std::move(client));
  }
  auto target =
      std::unique_ptr<ServerTarget>(new ServerTarget(std::move(account), std::move(checker)));
  target->start(std::move(clients));
  return target;
}

void ServerTarget::start(std::vector<AdminClient> clients) {
  clients_ = std::move(clients);
  for (AdminClient& client : clients_) {
    threads_.emplace_back([this, &client] { serve(client); });
  }
}

ServerTarget::~ServerTarget() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ServerTarget::serve(AdminClient& client) {
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Request request = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    request.resolve(outcome_of(client.create(account_, view(request.document))));
  }
}

Task<Result<ImportOutcome>> ServerTarget::put(WipedText document) {
  const auto start = [this, &document](Resolve<Result<ImportOutcome>> resolve) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({std::move(document), std::move(resolve)});
    }
    wake_.notify_one();
  };
  co_return co_await suspend<Result<ImportOutcome>>(start);
}

Result<void> ServerTarget::check(std::string_view document) {
  return checker_.check(account_, document);
}

}  // namespace velum
