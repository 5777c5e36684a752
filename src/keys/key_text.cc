#include "keys/key_text.h"

#include <charconv>
#include <utility>

#include "base/base64.h"
#include "crypto/crypto.h"

namespace velum {
namespace {

constexpr std::size_t file_size_max_bytes = 1 << 20;
constexpr std::string_view checksum_name = "checksum";

std::string checksum_of(std::string_view text) {
  return to_hex(sha256(as_bytes(text)));
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || std::to_string(number) != text) return std::nullopt;
  return number;
}

Result<KeyText> KeyText::read(FileSystem& files, const std::string& path, KeyTextTitle title) {
  TRY_ASSIGN(Bytes content, read_file(files, path, file_size_max_bytes));
  KeyText text(path);
  const auto parsed = text.parse(as_text(content), title);
  wipe(content.data(), content.size());
  if (!parsed) return parsed.error();
  return text;
}

Result<void> KeyText::parse(std::string_view text, KeyTextTitle title) {
  if (!text.starts_with(title.kind)) return corrupt("this is not the key file it should be");
  const std::size_t title_end = text.find('\n');
  if (title_end == std::string_view::npos) return corrupt("the key file was cut short");
  if (text.substr(title.kind.size(), title_end - title.kind.size()) != title.version) {
    return corrupt("a key file of a version that this program does not know");
  }
  if (!text.ends_with('\n')) return corrupt("the key file was cut short");
  const std::size_t last = text.rfind('\n', text.size() - 2) + 1;
  std::string_view checksum = text.substr(last, text.size() - last - 1);
  if (!checksum.starts_with(checksum_name))
    return corrupt("the key file has no checksum at its end");
  checksum.remove_prefix(checksum_name.size());
  if (checksum != " " + checksum_of(text.substr(0, last))) {
    return corrupt("the key file was changed: its checksum is another");
  }
  return parse_lines(text.substr(title_end + 1, last - title_end - 1));
}

Result<void> KeyText::parse_lines(std::string_view lines) {
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    const std::size_t space = line.find(' ');
    if (space == 0 || space == std::string_view::npos) {
      return corrupt("a line of the key file is not a name and a value");
    }
    if (!fields_.emplace(line.substr(0, space), Sensitive(line.substr(space + 1))).second) {
      return corrupt("a line of the key file is there twice");
    }
  }
  return {};
}

std::optional<std::string> KeyText::first_with(std::string_view prefix) const {
  const auto found = fields_.lower_bound(prefix);
  if (found == fields_.end() || !found->first.starts_with(prefix)) return std::nullopt;
  return found->first;
}

Result<Key256> KeyText::take_key(std::string_view name) {
  const auto found = fields_.find(name);
  if (found == fields_.end()) return corrupt("the key file lacks a key");
  auto key = key_from_base64(found->second.text());
  fields_.erase(found);
  if (!key) return corrupt("a key of the key file is not 32 bytes in base64");
  return *std::move(key);
}

Result<std::uint64_t> KeyText::take_number(std::string_view name) {
  const auto found = fields_.find(name);
  if (found == fields_.end()) return corrupt("the key file lacks a number");
  const auto number = parse_number(found->second.text());
  fields_.erase(found);
  if (!number) return corrupt("a number of the key file is not one");
  return *number;
}

void KeyText::drop(std::string_view name) {
  if (const auto found = fields_.find(name); found != fields_.end()) fields_.erase(found);
}

Result<void> KeyText::finish() const {
  if (!fields_.empty()) return corrupt("the key file has a line that this program does not know");
  return {};
}

KeyTextWriter::KeyTextWriter(KeyTextTitle title) {
  append(text_, title.kind);
  append(text_, title.version);
  append(text_, "\n");
}

void KeyTextWriter::add_key(std::string_view name, const Key256& key) {
  WipedText text;
  append_base64(key.bytes(), text);
  add(name, view(text));
}

void KeyTextWriter::add_number(std::string_view name, std::uint64_t number) {
  add(name, std::to_string(number));
}

Result<void> KeyTextWriter::write(FileSystem& files, const std::string& path,
                                  FileAccess access) && {
  add(checksum_name, checksum_of(view(text_)));
  return replace_file(files, path, as_bytes(view(text_)), access);
}

void KeyTextWriter::add(std::string_view name, std::string_view value) {
  append(text_, name);
  append(text_, " ");
  append(text_, value);
  append(text_, "\n");
}

}  // namespace velum
