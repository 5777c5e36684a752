#pragma once
// The command line: what the operator asked for, as data. Flags win over VELUM_* in the
// environment, which wins over velum.toml in the data directory. Secrets are given by file, never
// as an argument.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

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
  std::string ledger_copy;
  unsigned threads = 0;     // 0: one a processor.
  unsigned cache_mib = 64;  // 0: none.
  HttpLimits limits;
};

struct ImportCommand {
  std::string data;
  std::string account;
  std::string entity = "profile";
  std::string file;      // "-": standard input.
  std::string format;    // Empty: by the first character.
  std::string map_file;  // Empty: none.
  std::string rejects;   // Empty: FILE.rejected
  std::string root_key;
  std::string ledger_copy;
  bool dry_run = false;
};

struct EraseCommand {
  std::string data;
  std::string account;
  std::string email_file;
  std::string root_key;
  std::string ledger_copy;
};

struct AuditShowCommand {
  std::string data;
  std::string account;  // Empty: all.
  bool json = false;
};

struct AuditVerifyCommand {
  std::string data;
  std::string key_file;  // Empty: the key beside the log.
};

using Command = std::variant<InitCommand, ServeCommand, ImportCommand, EraseCommand,
                             AuditShowCommand, AuditVerifyCommand>;

// The exit codes that scripts may rely on.
enum class ExitCode : std::uint8_t { done = 0, failed = 1, usage = 2, locked = 3 };

struct ParsedCommandLine {
  std::optional<Command> command;  // Empty: help or an error was printed, and `exit` says which.
  ExitCode exit = ExitCode::done;
};

// `files` is where velum.toml is read from.
ParsedCommandLine parse_command_line(int count, char** arguments, FileSystem& files);

}  // namespace velum
