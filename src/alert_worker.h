#pragma once
// What sends webhooks: alerts on a thread and a loop of their own, so that nothing else waits for a
// receiver, and checkpoints on their pusher's thread. Part of the composition root.

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "alerts/alert_sender.h"
#include "alerts/alert_watcher.h"
#include "alerts/signed_message.h"
#include "cli/command_line.h"
#include "http/https_poster.h"
#include "io/connector.h"
#include "node.h"

namespace velum {

// Whom to trust and where to go.
struct WebhookRules {
  TlsClient tls;
  PostLimits limits;

  static Result<WebhookRules> of(const ServeCommand& command);
};

class AlertWorker {
 public:
  // Both outlive it; `loop` outlives the node too, whose threads wake what waits on it.
  AlertWorker(EventLoop& loop, Node& node, WebhookRules rules)
      : loop_(loop),
        connector_(make_connector(loop)),
        poster_(loop, *connector_, std::move(rules.tls), std::move(rules.limits)),
        node_(node) {}
  AlertWorker(const AlertWorker&) = delete;
  AlertWorker& operator=(const AlertWorker&) = delete;

  Result<void> open();
  void start();
  // What is on its way is sent again by the next process.
  void end();
  AlertStatistics statistics() const;  // Any thread, once it is open.

 private:
  EventLoop& loop_;
  std::unique_ptr<Connector> connector_;
  HttpsPoster poster_;
  Node& node_;
  std::unique_ptr<Store> store_;
  std::optional<AlertWatcher> watcher_;
  std::optional<AlertSender> sender_;
  std::thread thread_;
};

// Takes checkpoints to a webhook. One thread's, which waits for it.
class CheckpointWebhook {
 public:
  static Result<std::unique_ptr<CheckpointWebhook>> make(const World& world,
                                                         const ServeCommand& command,
                                                         WebhookRules rules);
  Result<void> send(const std::string& note);

 private:
  CheckpointWebhook(const Clock& clock, WebhookRules rules, HttpsUrl url, Key256 secret)
      : clock_(clock),
        connector_(make_connector(loop_)),
        poster_(loop_, *connector_, std::move(rules.tls), std::move(rules.limits)),
        url_(std::move(url)),
        secret_{std::move(secret)} {}

  const Clock& clock_;
  EventLoop loop_;
  std::unique_ptr<Connector> connector_;
  HttpsPoster poster_;
  HttpsUrl url_;
  std::array<Key256, 1> secret_;
};

}  // namespace velum
