#include "cli/command_line.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <regex>
#include <string>
#include <utility>
#include <vector>

#include "cli/data_directory.h"
#include "io/sim_file.h"

namespace velum {
namespace {

using namespace std::chrono_literals;

class ServeOptions : public testing::Test {
 protected:
  void TearDown() override {
    for (const std::string& name : environment_) ::unsetenv(name.c_str());
  }

  void set_environment(const std::string& name, const std::string& value) {
    environment_.push_back(name);
    ASSERT_EQ(::setenv(name.c_str(), value.c_str(), 1), 0);
  }
  void set_file(std::string_view text) {
    static_cast<void>(files_.make_directory("./d").has_value());
    ASSERT_TRUE(replace_file(files_, data_directory("./d").configuration(), as_bytes(text),
                             FileAccess::owner));
  }

  // `velum serve --data ./d MORE...`; what it says is in said_.
  ParsedCommandLine parse(std::vector<std::string> more) {
    std::vector<std::string> words{"velum", "serve", "--data", "./d"};
    words.insert(words.end(), more.begin(), more.end());
    std::vector<char*> arguments;
    arguments.reserve(words.size());
    for (std::string& word : words) arguments.push_back(word.data());
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    ParsedCommandLine parsed =
        parse_command_line(static_cast<int>(arguments.size()), arguments.data(), files_);
    said_ = testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout();
    return parsed;
  }
  HttpLimits limits(std::vector<std::string> more) {
    const ParsedCommandLine parsed = parse(std::move(more));
    EXPECT_TRUE(parsed.command) << said_;
    return parsed.command ? std::get<ServeCommand>(*parsed.command).limits : HttpLimits();
  }
  void expect_refused(std::vector<std::string> more, const std::string& why) {
    const ParsedCommandLine parsed = parse(std::move(more));
    EXPECT_FALSE(parsed.command);
    EXPECT_EQ(parsed.exit, ExitCode::usage);
    EXPECT_NE(said_.find(why), std::string::npos) << said_;
  }

  SimFileSystem files_;
  std::string said_;
  std::vector<std::string> environment_;
};

TEST_F(ServeOptions, WithoutAnyTheLimitsAreTheDefaults) {
  const HttpLimits limits = this->limits({});
  const HttpLimits defaults;
  EXPECT_EQ(limits.header_deadline, defaults.header_deadline);
  EXPECT_EQ(limits.body_deadline, defaults.body_deadline);
  EXPECT_EQ(limits.idle_deadline, defaults.idle_deadline);
  EXPECT_EQ(limits.write_deadline, defaults.write_deadline);
  EXPECT_EQ(limits.drain_limit, defaults.drain_limit);
  EXPECT_EQ(limits.body_size_max_bytes, defaults.body_size_max_bytes);
  EXPECT_EQ(limits.line_size_max_bytes, defaults.line_size_max_bytes);
  EXPECT_EQ(limits.headers_size_max_bytes, defaults.headers_size_max_bytes);
  EXPECT_EQ(limits.headers_count_max, defaults.headers_count_max);
  EXPECT_EQ(limits.connections_max, defaults.connections_max);
}

TEST_F(ServeOptions, EachSetsItsOwnLimit) {
  const HttpLimits limits = this->limits(
      {"--header-deadline-ms", "101", "--body-deadline-ms", "102", "--idle-deadline-ms", "103",
       "--write-deadline-ms",  "104", "--drain-limit-ms",   "105", "--body-max-kib",     "2",
       "--line-max-kib",       "3",   "--headers-max-kib",  "4",   "--headers-max",      "50",
       "--connections-max",    "6"});
  EXPECT_EQ(limits.header_deadline, 101ms);
  EXPECT_EQ(limits.body_deadline, 102ms);
  EXPECT_EQ(limits.idle_deadline, 103ms);
  EXPECT_EQ(limits.write_deadline, 104ms);
  EXPECT_EQ(limits.drain_limit, 105ms);
  EXPECT_EQ(limits.body_size_max_bytes, 2U << 10);
  EXPECT_EQ(limits.line_size_max_bytes, 3U << 10);
  EXPECT_EQ(limits.headers_size_max_bytes, 4U << 10);
  EXPECT_EQ(limits.headers_count_max, 50U);
  EXPECT_EQ(limits.connections_max, 6U);
}

TEST_F(ServeOptions, TheCommandLineWinsOverTheEnvironmentAndThatOverTheFile) {
  set_file("idle-deadline-ms = 300\nbody-deadline-ms = \"300\"\nwrite-deadline-ms = 300\n");
  set_environment("VELUM_IDLE_DEADLINE_MS", "200");
  set_environment("VELUM_BODY_DEADLINE_MS", "200");
  const HttpLimits limits = this->limits({"--idle-deadline-ms", "100"});
  EXPECT_EQ(limits.idle_deadline, 100ms);
  EXPECT_EQ(limits.body_deadline, 200ms);
  EXPECT_EQ(limits.write_deadline, 300ms);
}

TEST_F(ServeOptions, NonsenseIsRefusedWithTheOptionAndItsBounds) {
  const std::string why = "--idle-deadline-ms: Value ";
  for (const char* value : {"0", "-5", "99", "3600001", "99999999999999999999", "10s", "1.5", ""}) {
    expect_refused({std::string("--idle-deadline-ms=") + value}, "--idle-deadline-ms");
  }
  expect_refused({"--idle-deadline-ms", "-5"}, why + "-5 not in range 100 to 3600000");
  expect_refused({"--body-max-kib", "65537"},
                 "--body-max-kib: Value 65537 not in range 1 to 65536");
  expect_refused({"--connections-max", "0"}, "--connections-max: Value 0 not in range");
  expect_refused({"--threads", "-1"}, "--threads: Value -1 not in range");
}

TEST_F(ServeOptions, NonsenseInTheEnvironmentOrTheFileIsRefusedToo) {
  set_file("drain-limit-ms = -1\n");
  expect_refused({}, "--drain-limit-ms: Value -1 not in range");
  set_file("drain-limit = 1000\n");
  expect_refused({}, "no command has this option of velum.toml: drain-limit");
  set_file("entity = \"profile\"\n");  // Of `velum import`.
  EXPECT_TRUE(parse({}).command) << said_;
  set_environment("VELUM_DRAIN_LIMIT_MS", "0");
  expect_refused({}, "--drain-limit-ms: Value 0 not in range");
}

TEST_F(ServeOptions, TheHelpHasTheDefaults) {
  EXPECT_EQ(parse({"--help"}).exit, ExitCode::done);
  for (const char* text : {"--header-deadline-ms UINT:UINT in [100 - 3600000]=10000",
                           "VELUM_BODY_MAX_KIB", "--body-max-kib UINT:UINT in [1 - 65536]=1024"}) {
    EXPECT_NE(said_.find(text), std::string::npos) << text << "\n" << said_;
  }
}

TEST(CommandLine, SaysItsVersion) {
  SimFileSystem files;
  std::string program("velum");
  std::string option("--version");
  char* arguments[] = {program.data(), option.data()};
  testing::internal::CaptureStdout();
  const ParsedCommandLine parsed = parse_command_line(2, arguments, files);
  const std::string said = testing::internal::GetCapturedStdout();
  EXPECT_FALSE(parsed.command);
  EXPECT_EQ(parsed.exit, ExitCode::done);
  EXPECT_TRUE(std::regex_match(said, std::regex("velum \\d+\\.\\d+\\.\\d+\n"))) << said;
}

}  // namespace
}  // namespace velum
