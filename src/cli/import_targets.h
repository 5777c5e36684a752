#pragma once
// The two places that velum import writes to: a data directory that this process has opened, and a
// server that runs.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "cli/admin_client.h"
#include "cli/import.h"
#include "io/handoff.h"
#include "profile/document_engine.h"
#include "profile/outbox_mover.h"

namespace velum {

class EngineTarget final : public ImportTarget {
 public:
  // All outlive the target; the engine's loop is the one that put() is called on.
  EngineTarget(DocumentEngine& engine, const OutboxMover& outbox, const Account& account,
               Random& random)
      : engine_(engine), outbox_(outbox), account_(account), random_(random) {}

  Task<Result<ImportOutcome>> put(WipedText document) override;
  Result<void> check(std::string_view document) override;

 private:
  DocumentEngine& engine_;
  const OutboxMover& outbox_;
  const Account& account_;
  Random& random_;
};

// Several connections at once, since the server commits what waits together as one transaction.
// AdminClient blocks, so each has a thread.
class ServerTarget final : public ImportTarget {
 public:
  static Result<std::unique_ptr<ServerTarget>> connect(const DataDirectory& data,
                                                       std::string account);
  ServerTarget(const ServerTarget&) = delete;
  ServerTarget& operator=(const ServerTarget&) = delete;
  ~ServerTarget() override;

  Task<Result<ImportOutcome>> put(WipedText document) override;
  Result<void> check(std::string_view document) override;

 private:
  struct Request {
    WipedText document;
    Resolve<Result<ImportOutcome>> resolve;
  };

  ServerTarget(std::string account, AdminClient checker)
      : account_(std::move(account)), checker_(std::move(checker)) {}
  void start(std::vector<AdminClient> clients);
  void serve(AdminClient& client);

  std::string account_;
  AdminClient checker_;
  std::vector<AdminClient> clients_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace velum
