// velum: the composition root, with node.cc and serve.cc. One run() a command.

#include <csignal>
#include <cstdio>
#include <iostream>

#include "access_commands.h"
#include "audit/verify.h"
#include "audit_commands.h"
#include "cli/admin_client.h"
#include "cli/audit_show.h"
#include "cli/client_emails.h"
#include "cli/command_line.h"
#include "cli/export.h"
#include "cli/import.h"
#include "cli/import_display.h"
#include "cli/import_targets.h"
#include "cli/init.h"
#include "cli/layout.h"
#include "crypto/openssl_memory.h"
#include "io/process.h"
#include "io/system_world.h"
#include "node.h"
#include "serve.h"
#include "server/admin_api.h"

namespace velum {
namespace {

constexpr std::size_t secret_file_max_bytes = 1024;
constexpr std::size_t map_file_max_bytes = 64 << 10;

ExitCode report(const Error& error) {
  std::cerr << "velum: " << error.message();
  if (!error.subject().empty()) std::cerr << ": " << error.subject();
  std::cerr << "\n";
  return error.code() == ErrorCode::locked ? ExitCode::locked : ExitCode::failed;
}

// The one time that the token is shown.
ExitCode show(const InitCommand& command, const Result<NewStore>& store) {
  if (!store) return report(store.error());
  if (command.json) {
    std::cout << R"({"account":")" << command.account << R"(","region":")" << command.region
              << R"(","appKey":")" << store->app_key << R"(","appToken":")"
              << store->app_token.text() << "\"}\n";
  } else {
    std::cout << "The store " << command.account << " is ready. Its first app key (the token is "
              << "shown this once):\n  X-VTEX-API-AppKey: " << store->app_key
              << "\n  X-VTEX-API-AppToken: " << store->app_token.text() << "\n";
  }
  return ExitCode::done;
}

ExitCode run(const InitCommand& command) {
  SystemWorld system;
  return show(command, init_store(command, system.world()));
}

ExitCode run(const AccountAddCommand& command) {
  return show(command.store, add_account(command));
}

ExitCode run(const AppKeyCommand& command) {
  const auto answer = do_app_key(command);
  if (!answer) return report(answer.error());
  std::cout << view(app_key_text(command, *answer));
  return ExitCode::done;
}

ExitCode run(const AuditVerifyCommand& command) {
  constexpr std::size_t evidence_max_bytes = std::size_t{256} << 20;
  SystemFileSystem files;
  std::optional<std::string> keys;
  if (!command.key_file.empty()) {
    const auto content = read_file(files, command.key_file, evidence_max_bytes);
    if (!content) return report(content.error());
    keys = std::string(as_text(*content));
  }
  std::string kept;
  for (const std::string& path : command.checkpoint_files) {
    const auto content = read_file(files, path, evidence_max_bytes);
    if (!content) return report(content.error());
    if (content->empty()) {
      return report(Error(ErrorCode::invalid_argument, "there is no checkpoint in it", path));
    }
    kept += as_text(*content);
  }
  const auto logs = verify_audit(files, data_directory(command.data).audit(), keys, kept);
  if (!logs) return report(logs.error());
  for (const VerifiedLog& log : *logs) {
    std::cout << log.origin << ": " << log.tree_size << " entries under a signed checkpoint, ";
    if (log.pruned > 0) std::cout << "the first " << log.pruned << " pruned as the log says, ";
    std::cout << log.journal_only << " in the journal only; root " << log.root_base64
              << (log.key_was_given ? "" : " (checked with the key beside the log)") << "\n";
  }
  std::cout << "verified: every entry, tile, root and signature, and the journal's chain\n";
  return ExitCode::done;
}

ExitCode run(const AuditShowCommand& command) {
  SystemFileSystem files;
  const auto shown = show_audit(files, command);
  return shown ? ExitCode::done : report(shown.error());
}

ExitCode run(const AuditReportCommand& command) {
  SystemFileSystem files;
  const auto reported = report_breach(files, command);
  return reported ? ExitCode::done : report(reported.error());
}

ExitCode run(const AuditRecordsCommand& command) {
  const auto count = list_records(command);
  if (!count) return report(count.error());
  std::cerr << "listed " << *count << " versions\n";
  return ExitCode::done;
}

// The whole of a small file that holds one personal value, without the line's end.
Result<Sensitive> read_secret(FileSystem& files, const std::string& path) {
  TRY_ASSIGN(Bytes content, read_file(files, path, secret_file_max_bytes));
  std::string_view text = as_text(content);
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  Sensitive secret(text);
  wipe(content.data(), content.size());
  return secret;
}

Result<std::uint32_t> erase_here(Node& node, const EraseCommand& command, Sensitive email) {
  const Account* account = node.accounts.find(command.account);
  if (account == nullptr) {
    return Error(ErrorCode::not_found, "there is no such account here", command.account);
  }
  Caller caller = admin_caller(*account, node.world.random, "velum erase", Resource::delete_item);
  TRY_ASSIGN(const std::uint32_t subjects, node.loop.run_to_end(node.eraser->erase_by_email(
                                               std::move(caller), std::move(email))));
  return subjects;
}

Result<std::uint32_t> erase(const EraseCommand& command) {
  SystemWorld system;
  const World world = system.world();
  TRY_ASSIGN(Sensitive email, read_secret(world.files, command.email_file));
  const auto node = Node::open(world, {command.data, command.root_key, command.ledger_copy});
  if (node) return erase_here(**node, command, std::move(email));
  if (node.error().code() != ErrorCode::locked) return node.error();
  // A server has it: nothing may be changed behind its back.
  TRY_ASSIGN(AdminClient server, AdminClient::connect(data_directory(command.data)));
  return server.erase(command.account, email);
}

ExitCode run(const UserCommand& command) {
  SystemFileSystem files;
  auto from = command.from.empty() ? Result<Sensitive>(Sensitive(std::string_view()))
                                   : read_secret(files, command.from);
  if (!from) return report(from.error());
  const auto answer = do_user(command, *std::move(from));
  if (!answer) return report(answer.error());
  std::cout << view(*answer) << "\n";
  return ExitCode::done;
}

ExitCode run(const EraseCommand& command) {
  const auto subjects = erase(command);
  if (!subjects) return report(subjects.error());
  std::cout << (*subjects == 0 ? "nobody here has this e-mail: nothing to erase\n"
                               : "erased: keys, documents, old versions and look-ups\n");
  return ExitCode::done;
}

Result<ColumnMap> map_of(const ImportCommand& command, Layout layout, const World& world) {
  std::string text;
  if (!command.map_file.empty()) {
    TRY_ASSIGN(const Bytes content, read_file(world.files, command.map_file, map_file_max_bytes));
    text = as_text(content);
  }
  return ColumnMap::with(layout, text);
}

Result<std::optional<ClientEmails>> clients_of(const ImportCommand& command) {
  if (command.clients_file.empty()) return std::optional<ClientEmails>();
  TRY_ASSIGN(std::unique_ptr<Input> input, open_input(command.clients_file));
  TRY_ASSIGN(RecordReader reader, RecordReader::open(std::move(input), std::nullopt));
  TRY_ASSIGN(ClientEmails clients, ClientEmails::read(reader));
  std::cerr << "clients: " << clients.size() << " with an e-mail\n";
  return std::optional<ClientEmails>(std::move(clients));
}

// The records of `command`'s file into `target`, on `loop`, with what a person sees of it.
Result<ImportCounts> import_into(ImportTarget& target, EventLoop& loop, const World& world,
                                 const ImportCommand& command) {
  std::optional<RecordForm> form;
  if (!command.format.empty()) {
    form = command.format == "csv" ? RecordForm::csv : RecordForm::json_lines;
  }
  TRY_ASSIGN(std::unique_ptr<Input> input, open_input(command.file));
  TRY_ASSIGN(RecordReader reader, RecordReader::open(std::move(input), form));
  TRY_ASSIGN(const Layout layout, choose_layout(command.layout, command.entity, reader.columns()));
  show_layout(layout, command.layout.empty() ? LayoutChoice::by_header : LayoutChoice::given);
  TRY_ASSIGN(const ColumnMap map, map_of(command, layout, world));
  TRY_ASSIGN(const std::optional<ClientEmails> clients, clients_of(command));
  const RowMaker maker(map, reader.columns(), clients ? &*clients : nullptr);
  const std::string stem = command.file == "-" ? "import" : command.file;
  RejectFile rejects(world.files, command.rejects.empty() ? stem + ".rejected" : command.rejects,
                     reader.header_text());
  ImportDisplay display(world.clock, reader);
  const ImportReport seen{
      [&display](std::uint64_t line, const Error& error) { display.show_rejected(line, error); },
      [&display](const ImportCounts& counts) { display.show_progress(counts); }};
  Importer importer(reader, maker, target, rejects);
  const ImportMode mode = command.dry_run ? ImportMode::dry_run : ImportMode::write;
  auto ended = importer.run(loop, mode, seen);
  display.show_end(importer.counts(), mode, rejects);
  TRY(std::move(ended));
  return importer.counts();
}

// The outbox is moved while the import runs: it holds a bounded number of entries.
Result<ImportCounts> import_here(Node& node, const ImportCommand& command) {
  const Account* account = node.accounts.find(command.account);
  if (account == nullptr) {
    return Error(ErrorCode::not_found, "there is no such account here", command.account);
  }
  DocumentEngine engine(
      {*node.store, *node.audit, *node.ledger, node.world.clock, node.world.random});
  EngineTarget target(engine, *node.mover, *account, node.world.random);
  node.loop.start(node.mover->run());
  auto counts = import_into(target, node.loop, node.world, command);
  node.mover->stop();
  node.loop.run();  // To the mover's own end.
  TRY(node.loop.run_to_end(node.mover->drain()));
  return counts;
}

Result<ImportCounts> import(const ImportCommand& command) {
  SystemWorld system;
  const World world = system.world();
  const auto node = Node::open(world, {command.data, command.root_key, command.ledger_copy});
  if (node) return import_here(**node, command);
  if (node.error().code() != ErrorCode::locked) return node.error();
  EventLoop loop;  // Outlives the target, whose threads resume what runs on it.
  TRY_ASSIGN(const auto target,
             ServerTarget::connect(data_directory(command.data), command.account));
  return import_into(*target, loop, world, command);
}

ExitCode run(const ImportCommand& command) {
  const auto counts = import(command);
  if (!counts) return report(counts.error());
  return counts->rejected == 0 ? ExitCode::done : ExitCode::failed;
}

Result<std::uint64_t> export_here(Node& node, const ExportCommand& command) {
  const Account* account = node.accounts.find(command.account);
  if (account == nullptr) {
    return Error(ErrorCode::not_found, "there is no such account here", command.account);
  }
  DocumentEngine engine(
      {*node.store, *node.audit, *node.ledger, node.world.clock, node.world.random});
  return export_lines(command, [&](const ExportRequest& request) {
    return node.loop.run_to_end(export_page(engine, *account, node.world.random, request));
  });
}

Result<std::uint64_t> export_all(const ExportCommand& command) {
  SystemWorld system;
  const World world = system.world();
  const auto node = Node::open(world, {command.data, command.root_key, command.ledger_copy});
  if (node) return export_here(**node, command);
  if (node.error().code() != ErrorCode::locked) return node.error();
  TRY_ASSIGN(AdminClient server, AdminClient::connect(data_directory(command.data)));
  return export_lines(command, [&](const ExportRequest& request) {
    return server.export_page(command.account, request);
  });
}

ExitCode run(const ExportCommand& command) {
  const auto count = export_all(command);
  if (!count) return report(count.error());
  std::cerr << "exported " << *count << (command.unmask ? " unmasked" : " masked") << "\n";
  return ExitCode::done;
}

ExitCode run(const ServeCommand& command) {
  // Blocked before the first thread, so that only sigwait sees them.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  const auto served = serve(command, signals);
  return served ? ExitCode::done : report(served.error());
}

}  // namespace
}  // namespace velum

int main(int count, char** arguments) {
  velum::end_rather_than_throw();
  velum::end_where_openssl_has_no_memory();
  velum::keep_memory_private();
  velum::allow_many_files();
  velum::SystemFileSystem files;
  const velum::ParsedCommandLine parsed = velum::parse_command_line(count, arguments, files);
  if (!parsed.command) return static_cast<int>(parsed.exit);
  const auto run = [](const auto& command) { return velum::run(command); };
  return static_cast<int>(std::visit(run, *parsed.command));
}
