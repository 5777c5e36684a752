#include "cli/command_line.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <utility>

#include "cli/data_directory.h"
#include "cli/flat_toml.h"

namespace velum {
namespace {

constexpr std::size_t configuration_max_bytes = 64 << 10;

// What velum.toml may set, for options that neither the command line nor the environment gave. A
// name that this command does not know may be another command's.
Result<void> take_from_file(CLI::App& command, FileSystem& files, const std::string& data) {
  const std::string path = data_directory(data).configuration();
  TRY_ASSIGN(const bool exists, files.exists(path));
  if (!exists) return {};
  TRY_ASSIGN(const Bytes text, read_file(files, path, configuration_max_bytes));
  const auto values = parse_flat_toml(as_text(text));
  if (!values) return Error(values.error().code(), "velum.toml is not understood", path);
  for (const auto& [name, value] : *values) {
    CLI::Option* option = command.get_option_no_throw("--" + name);
    if (option == nullptr || option->count() > 0) continue;
    option->add_result(value);
    option->run_callback();
  }
  return {};
}

void add_data(CLI::App& command, std::string& data) {
  command.add_option("--data", data, "the data directory")->envname("VELUM_DATA")->required();
}

void add_root_key(CLI::App& command, std::string& root_key) {
  command.add_option("--root-key", root_key, "the root key file (default: DATA.root-key)")
      ->envname("VELUM_ROOT_KEY");
}

void add_ledger_copy(CLI::App& command, std::string& ledger_copy) {
  command
      .add_option("--ledger-copy", ledger_copy,
                  "a second place for the erasure ledger, on another disk")
      ->envname("VELUM_LEDGER_COPY");
}

}  // namespace

ParsedCommandLine parse_command_line(int count, char** arguments, FileSystem& files) {
  CLI::App app("Velum: a self-hosted PII vault for commerce", "velum");
  app.require_subcommand(1);
  app.footer("Exit codes: 0 done, 1 failed, 2 usage, 3 locked by another process.");

  InitCommand init;
  CLI::App& init_app = *app.add_subcommand("init", "Creates a data directory and its root keys");
  add_data(init_app, init.data);
  init_app.add_option("--account", init.account, "the store's name: a-z, 0-9 and -")
      ->envname("VELUM_ACCOUNT")
      ->required();
  init_app.add_option("--region", init.region, "where this store's data stays")
      ->envname("VELUM_REGION")
      ->capture_default_str();
  add_root_key(init_app, init.root_key);
  init_app.add_option("--mask", init.mask, "how masked fields look")
      ->check(CLI::IsMember({"documented", "fixed"}))
      ->capture_default_str();
  init_app.add_flag("--json", init.json, "print the first app key as JSON");

  ServeCommand serve;
  CLI::App& serve_app = *app.add_subcommand("serve", "Serves the API");
  add_data(serve_app, serve.data);
  serve_app.add_option("--listen", serve.listen, "HOST:PORT; plain HTTP on loopback only")
      ->envname("VELUM_LISTEN")
      ->capture_default_str();
  add_root_key(serve_app, serve.root_key);
  serve_app.add_option("--tls-cert", serve.tls_certificate, "certificate chain (PEM)")
      ->envname("VELUM_TLS_CERT");
  serve_app.add_option("--tls-key", serve.tls_key, "its private key (PEM)")
      ->envname("VELUM_TLS_KEY");
  serve_app.add_option("--tls-versions", serve.tls_versions, "1.3, or 1.2 to allow that too")
      ->envname("VELUM_TLS_VERSIONS")
      ->check(CLI::IsMember({"1.2", "1.3"}))
      ->capture_default_str();
  add_ledger_copy(serve_app, serve.ledger_copy);
  serve_app.add_option("--threads", serve.threads, "event loops (default: one a processor)")
      ->envname("VELUM_THREADS");
  serve_app
      .add_option("--cache-mib", serve.cache_mib,
                  "masked documents, sealed, kept between reads; 0: none")
      ->envname("VELUM_CACHE_MIB")
      ->check(CLI::Range(0U, 1U << 20U))
      ->capture_default_str();

  ImportCommand import;
  CLI::App& import_app = *app.add_subcommand("import", "Imports shoppers from CSV or JSON Lines");
  import_app.footer(
      "Shoppers whose e-mail is held already are left as they are, so a run that was cut short is\n"
      "simply run again. What is rejected is kept in a file to be mended and imported. Works "
      "beside\n"
      "a running server.\n\n"
      "  velum import --data DIR --account shop --entity profile export.csv\n"
      "  zcat export.csv.gz | velum import --data DIR --account shop --entity profile -");
  add_data(import_app, import.data);
  import_app.add_option("--account", import.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  import_app.add_option("--entity", import.entity, "what the records are")
      ->check(CLI::IsMember({"profile"}))
      ->capture_default_str();
  import_app
      .add_option("FILE", import.file, "CSV with a header, or JSON Lines; - is standard input")
      ->required();
  import_app
      .add_option("--format", import.format, "csv or jsonl (default: by the first character)")
      ->check(CLI::IsMember({"csv", "jsonl"}));
  import_app.add_option(
      "--map", import.map_file,
      "a file of lines \"column\" = \"field\"; an empty field leaves a column out");
  import_app.add_option("--rejects", import.rejects,
                        "where rejected records go (default: FILE.rejected)");
  import_app.add_flag("--dry-run", import.dry_run, "check every record and write nothing");
  add_root_key(import_app, import.root_key);
  add_ledger_copy(import_app, import.ledger_copy);

  EraseCommand erase;
  CLI::App& erase_app = *app.add_subcommand("erase", "Erases a shopper, for good");
  erase_app.footer(
      "Destroys the shopper's keys in every version, and remembers the erasure outside the data\n"
      "directory, so that no backup brings them back. Works beside a running server.");
  add_data(erase_app, erase.data);
  erase_app.add_option("--account", erase.account, "the store's name")
      ->envname("VELUM_ACCOUNT")
      ->required();
  erase_app.add_option("--email-file", erase.email_file, "a file that holds the shopper's e-mail")
      ->required();
  add_root_key(erase_app, erase.root_key);
  add_ledger_copy(erase_app, erase.ledger_copy);

  AuditVerifyCommand verify;
  CLI::App& audit_app = *app.add_subcommand("audit", "Looks at the audit log, offline");
  audit_app.require_subcommand(1);
  CLI::App& verify_app = *audit_app.add_subcommand(
      "verify", "Recomputes the whole log and checks its signatures; needs no server");
  add_data(verify_app, verify.data);
  verify_app.add_option("--key", verify.key_file, "a file with the verifier key you trust");

  AuditShowCommand show;
  CLI::App& show_app = *audit_app.add_subcommand(
      "show", "Prints every entry, oldest first; works beside a running server");
  add_data(show_app, show.data);
  show_app.add_option("--account", show.account, "only this store's")->envname("VELUM_ACCOUNT");
  show_app.add_flag("--json", show.json, "the entries as they are: one JSON object a line");

  try {
    app.parse(count, arguments);
    for (const auto& [command, data] : {std::pair{&serve_app, &serve.data},
                                        {&import_app, &import.data},
                                        {&erase_app, &erase.data}}) {
      if (!command->parsed()) continue;
      if (const auto taken = take_from_file(*command, files, *data); !taken) {
        std::cerr << "velum: " << taken.error().message() << ": " << taken.error().subject()
                  << "\n";
        return {std::nullopt, ExitCode::usage};
      }
    }
  } catch (const CLI::ParseError& error) {
    return {std::nullopt, app.exit(error) == 0 ? ExitCode::done : ExitCode::usage};
  }
  if (init_app.parsed()) return {std::move(init), ExitCode::done};
  if (serve_app.parsed()) return {std::move(serve), ExitCode::done};
  if (import_app.parsed()) return {std::move(import), ExitCode::done};
  if (erase_app.parsed()) return {std::move(erase), ExitCode::done};
  if (show_app.parsed()) return {std::move(show), ExitCode::done};
  return {std::move(verify), ExitCode::done};
}

}  // namespace velum
