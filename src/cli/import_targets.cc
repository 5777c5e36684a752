#include "cli/import_targets.h"

#include <utility>

#include "server/admin_api.h"

namespace velum {
namespace {

constexpr std::size_t connections_count = 32;

}  // namespace

Result<void> ServerConnection::open() {
  if (client_) return {};
  TRY_ASSIGN(client_, AdminClient::connect(data_));
  return {};
}

Task<Result<RowOutcome>> EngineTarget::put(WipedText row) {
  if (!outbox_.has_room()) co_return outbox_is_full();
  co_return co_await import_row_by_command(engine_, account_, random_, view(row));
}

Result<RowOutcome> EngineTarget::check(std::string_view row) {
  return check_row(account_, row);
}

Result<std::unique_ptr<ServerTarget>> ServerTarget::connect(const DataDirectory& data,
                                                            std::string account) {
  auto target = std::unique_ptr<ServerTarget>(new ServerTarget(data, std::move(account)));
  TRY(target->checker_.open());
  for (std::size_t count = 0; count < connections_count; ++count) {
    target->threads_.emplace_back([server = target.get()] { server->serve(); });
  }
  return target;
}

ServerTarget::~ServerTarget() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ServerTarget::serve() {
  ServerConnection connection(data_);
  while (true) {
    std::unique_lock lock(mutex_);
    wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
    if (queue_.empty()) return;
    const Request request = std::move(queue_.front());
    queue_.pop_front();
    lock.unlock();
    request.resolve(connection.ask([this, &request](AdminClient& client) {
      return client.import_row(account_, view(request.row));
    }));
  }
}

Task<Result<RowOutcome>> ServerTarget::put(WipedText row) {
  const auto start = [this, &row](Resolve<Result<RowOutcome>> resolve) {
    {
      const std::lock_guard lock(mutex_);
      queue_.push_back({std::move(row), std::move(resolve)});
    }
    wake_.notify_one();
  };
  co_return co_await suspend<Result<RowOutcome>>(start);
}

Result<RowOutcome> ServerTarget::check(std::string_view row) {
  return checker_.ask([this, row](AdminClient& client) { return client.check_row(account_, row); });
}

}  // namespace velum
