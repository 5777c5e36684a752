#include "alert_worker.h"

#include <utility>

#include "crypto/crypto.h"
#include "io/process.h"

namespace velum {
namespace {

constexpr std::size_t webhook_secret_max_bytes = 1024;

Result<Key256> secret_in(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(Bytes content, read_file(files, path, webhook_secret_max_bytes));
  const Sensitive read(as_text(content));  // Wiped when it goes, as `content` is now.
  wipe(content.data(), content.size());
  std::string_view text = read.text();
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  auto secret = webhook_secret_of(text);
  if (secret) return *std::move(secret);
  return Error(ErrorCode::invalid_argument, "the file holds no whsec_ and base64 of 32 bytes",
               path);
}

}  // namespace

Result<WebhookRules> WebhookRules::of(const ServeCommand& command) {
  TRY_ASSIGN(TlsClient tls, TlsClient::load(command.webhook_ca_file));
  PostLimits limits;
  for (const std::string& text : command.webhook_networks) {
    const auto network = IpNetwork::parse(text);
    if (!network) {
      return Error(ErrorCode::invalid_argument, "a network is 10.0.0.0/8 or 2001:db8::/32", text);
    }
    limits.allowed_networks.push_back(*network);
  }
  return WebhookRules{std::move(tls), std::move(limits)};
}

Result<void> AlertWorker::open() {
  TRY_ASSIGN(store_, node_.database->make_store(loop_));
  const World& world = node_.world;
  const AlertParts parts{loop_, *store_, *node_.audit, world.clock, world.random, world.log};
  watcher_.emplace(parts, node_.accounts.all());
  auto post = [this](HttpsPost message) { return poster_.post(std::move(message)); };
  sender_.emplace(parts, node_.accounts.all(), std::move(post));
  return {};
}

void AlertWorker::start() {
  loop_.start(watcher_->run());
  loop_.start(sender_->run());
  thread_ = std::thread([this] {
    name_this_thread("velum-alerts");
    loop_.run();
  });
}

void AlertWorker::end() {
  watcher_->stop();
  sender_->stop();
  loop_.stop();
  thread_.join();
}

AlertStatistics AlertWorker::statistics() const {
  AlertStatistics statistics = sender_->statistics();
  statistics.dropped = watcher_->dropped();
  return statistics;
}

Result<std::unique_ptr<CheckpointWebhook>> CheckpointWebhook::make(const World& world,
                                                                   const ServeCommand& command,
                                                                   WebhookRules rules) {
  TRY_ASSIGN(HttpsUrl url, HttpsUrl::parse(command.checkpoint_webhook));
  TRY_ASSIGN(Key256 secret, secret_in(world.files, command.checkpoint_webhook_secret));
  return std::unique_ptr<CheckpointWebhook>(
      new CheckpointWebhook(world.clock, std::move(rules), std::move(url), std::move(secret)));
}

// The same checkpoint has the same id, however often it is sent.
Result<void> CheckpointWebhook::send(const std::string& note) {
  const Instant now = clock_.now();
  const std::string id = "msg_" + to_hex(ByteView(sha256(as_bytes(note))).first(16));
  HttpsPost message = signed_post({url_, id, checkpoint_body(note, now)}, secret_, now);
  TRY_ASSIGN(const int status, loop_.run_to_end(poster_.post(std::move(message))));
  if (status >= 200 && status < 300) return {};
  return Error(ErrorCode::io, "the webhook did not take the checkpoint");
}

}  // namespace velum
