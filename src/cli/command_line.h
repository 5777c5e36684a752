#pragma once
// The command line: what the operator asked for, as data. Flags win over VELUM_* in the
// environment, which wins over velum.toml in the data directory. Secrets are given by file, never
// as an argument.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "access/budgets.h"
#include "http/limits.h"
#include "io/file.h"

namespace velum {

struct InitCommand {
  std::string data;
  std::string account;
  std::string region = "us";
  std::string root_key;  // Empty: DATA.root-key
  std::string mask = "documented";
  bool json = false;
};

struct ServeCommand {
  std::string data;
  std::string listen = "127.0.0.1:8080";
  std::string root_key;
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_versions = "1.3";
  bool tls_ask_certificate = false;
  std::string ledger_copy;
  std::string checkpoint_file;    // Empty: none. So below.
  std::string checkpoint_syslog;  // A socket.
  std::string checkpoint_webhook;
  std::string checkpoint_webhook_secret;      // A file.
  std::string webhook_ca_file;                // Besides the system's authorities.
  std::vector<std::string> webhook_networks;  // That are reached although they are not public.
  unsigned audit_keep_days = 0;               // 0: for good.
  unsigned threads = 0;                       // 0: one a processor.
  unsigned cache_mib = 64;                    // 0: none.
  bool accept_clock = false;
  BudgetLimits budgets;
  HttpLimits limits;
};

struct ImportCommand {
  std::string data;
  std::string account;
  std::string entity;        // Empty: as the layout has it.
  std::string layout;        // Empty: by the header.
  std::string clients_file;  // Empty: none.
  std::string file;          // "-": standard input.
  std::string format;        // Empty: by the first character.
  std::string map_file;      // Empty: none.
  std::string rejects;       // Empty: FILE.rejected
  std::string root_key;
  std::string ledger_copy;
  bool dry_run = false;
};

struct ExportCommand {
  std::string data;
  std::string account;
  std::string entity;
  bool unmask = false;
  std::string reason;  // To unmask.
  std::string root_key;
  std::string ledger_copy;
};

struct EraseCommand {
  std::string data;
  std::string account;
  std::string email_file;
  std::string root_key;
  std::string ledger_copy;
};

struct AccountAddCommand {
  InitCommand store;  // Of a directory that is there.
  std::string ledger_copy;
};

struct AppKeyCommand {
  enum class Verb : std::uint8_t { create, list, revoke, rotate };

  Verb verb{};
  std::string data;
  std::string account;
  std::string label;
  std::vector<std::string> roles;
  std::vector<std::string> networks;
  std::vector<std::string> certificates;
  std::string expires_at;      // Empty: never.
  std::string default_reason;  // Empty: none.
  std::string key;             // To revoke or rotate: an id or an app key.
  std::uint32_t overlap_s = 3600;
  std::string root_key;
  std::string ledger_copy;
  bool json = false;
};

struct UserCommand {
  enum class Verb : std::uint8_t { create, list, token, remove };

  Verb verb{};
  std::string data;
  std::string account;
  std::string from;  // To create: a file that holds {"email", "name", "roles"}.
  std::string user;  // Whose token it is, or who is deleted: an id.
  std::string root_key;
  std::string ledger_copy;
};

// By the names of audit/filter_text.h.
using AuditFilterOptions = std::map<std::string, std::vector<std::string>>;

struct AuditShowCommand {
  std::string data;
  std::string account;  // Empty: all.
  AuditFilterOptions filters;
  bool json = false;
};

struct AuditReportCommand {
  std::string data;
  std::string account;
  AuditFilterOptions filters;
  bool json = false;
};

struct AuditRecordsCommand {
  std::string data;
  std::string account;
  std::string root_key;
  std::string ledger_copy;
};

struct AuditVerifyCommand {
  std::string data;
  std::string key_file;  // Empty: the key beside the log.
  std::vector<std::string> checkpoint_files;
};

using Command = std::variant<InitCommand, ServeCommand, ImportCommand, ExportCommand, EraseCommand,
                             AccountAddCommand, AppKeyCommand, UserCommand, AuditRecordsCommand,
                             AuditReportCommand, AuditShowCommand, AuditVerifyCommand>;

// The exit codes that scripts may rely on.
enum class ExitCode : std::uint8_t { done = 0, failed = 1, usage = 2, locked = 3 };

struct ParsedCommandLine {
  std::optional<Command> command;  // Empty: help or an error was printed, and `exit` says which.
  ExitCode exit = ExitCode::done;
};

// `files` is where velum.toml is read from.
ParsedCommandLine parse_command_line(int count, char** arguments, FileSystem& files);

}  // namespace velum
