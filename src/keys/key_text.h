#pragma once
// KeyText: the lines of a key file, as docs/data-format.md has them:
//
//   title \n  (name SP value \n)*  "checksum" SP hex of the SHA-256 of all before this line \n
//
// What is in memory is wiped when it is freed. Every error names the file and what is wrong.

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/sensitive.h"
#include "io/file.h"

namespace velum {

struct KeyTextTitle {
  std::string_view kind;     // "velum root keys "
  std::string_view version;  // "v1"
};

class KeyText {
 public:
  static Result<KeyText> read(FileSystem& files, const std::string& path, KeyTextTitle title);

  bool has(std::string_view name) const { return fields_.contains(name); }
  // The first name that begins so, if there is one.
  std::optional<std::string> first_with(std::string_view prefix) const;

  // A value is taken once. Fails with corrupt if it is not there, or not of its kind.
  Result<Key256> take_key(std::string_view name);
  Result<std::uint64_t> take_number(std::string_view name);
  void drop(std::string_view name);
  // Fails with corrupt if a line is left: it may mean something, to a program that knows it.
  Result<void> finish() const;

 private:
  explicit KeyText(std::string path) : path_(std::move(path)) {}
  Error corrupt(Literal message) const { return {ErrorCode::corrupt, message, path_}; }
  Result<void> parse(std::string_view text, KeyTextTitle title);
  Result<void> parse_lines(std::string_view lines);

  std::string path_;
  std::map<std::string, Sensitive, std::less<>> fields_;
};

class KeyTextWriter {
 public:
  explicit KeyTextWriter(KeyTextTitle title);
  void add_key(std::string_view name, const Key256& key);
  void add_number(std::string_view name, std::uint64_t number);
  // Adds the checksum. Durable when it succeeds.
  Result<void> write(FileSystem& files, const std::string& path, FileAccess access) &&;

 private:
  void add(std::string_view name, std::string_view value);

  WipedText text_;
};

// Plain decimal digits, without leading zeros: one spelling a number.
std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace velum
