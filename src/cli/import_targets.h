#pragma once
// The two places that velum import writes to: a data directory that this process has opened, and a
// server that runs.

#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
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

  Task<Result<RowOutcome>> put(WipedText row) override;
  Result<RowOutcome> check(std::string_view row) override;

 private:
  DocumentEngine& engine_;
  const OutboxMover& outbox_;
  const Account& account_;
  Random& random_;
};

// A connection that is made when something is to be asked, and again where the server has closed it
// meanwhile: it waits for nobody who reads a large file first.
class ServerConnection {
 public:
  // `data` outlives it.
  explicit ServerConnection(const DataDirectory& data) : data_(data) {}

  Result<void> open();
  // `question` gets an AdminClient, and a second one if the first finds the connection closed: it
  // must be one that may come again.
  template <typename Question>
  Result<RowOutcome> ask(const Question& question) {
    const bool may_be_closed = client_.has_value();
    TRY(open());
    auto outcome = question(*client_);
    const bool is_broken = !outcome && outcome.error().code() == ErrorCode::io;
    if (is_broken) client_.reset();
    return is_broken && may_be_closed ? ask(question) : outcome;
  }

 private:
  const DataDirectory& data_;
  std::optional<AdminClient> client_;
};

// Several connections at once, since the server commits what waits together as one transaction.
// AdminClient blocks, so each has a thread.
class ServerTarget final : public ImportTarget {
 public:
  // Fails with not_found when no server answers there.
  static Result<std::unique_ptr<ServerTarget>> connect(const DataDirectory& data,
                                                       std::string account);
  ServerTarget(const ServerTarget&) = delete;
  ServerTarget& operator=(const ServerTarget&) = delete;
  ~ServerTarget() override;

  Task<Result<RowOutcome>> put(WipedText row) override;
  Result<RowOutcome> check(std::string_view row) override;

 private:
  struct Request {
    WipedText row;
    Resolve<Result<RowOutcome>> resolve;
  };

  ServerTarget(const DataDirectory& data, std::string account)
      : data_(data), account_(std::move(account)), checker_(data_) {}
  void serve();

  const DataDirectory data_;
  const std::string account_;
  ServerConnection checker_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Request> queue_;
  bool ending_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace velum
