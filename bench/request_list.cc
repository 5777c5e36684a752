#include "request_list.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace velum::bench {
namespace {

constexpr std::string_view placeholder = "{n}";

[[noreturn]] void give_up(const char* what, const std::string& path) {
  std::fprintf(stderr, "%s: %s\n", path.c_str(), what);
  std::exit(2);
}

}  // namespace

RequestList::RequestList(const std::string& path, std::string headers, std::uint64_t first_number)
    : headers_(std::move(headers)), next_number_(first_number) {
  std::ifstream file(path);
  if (!file) give_up("cannot be read", path);
  for (std::string text; std::getline(file, text);) {
    const std::size_t method = text.find(' ');
    const std::size_t target = method == text.npos ? text.npos : text.find(' ', method + 1);
    if (target == text.npos) give_up("a line that is no request", path);
    const std::size_t body = text.find(' ', target + 1);
    lines_.push_back({std::atoi(text.c_str()), text.substr(method + 1, body - method - 1),
                      body == text.npos ? std::string() : text.substr(body + 1)});
  }
  if (lines_.empty()) give_up("no requests", path);
}

RequestList::Next RequestList::next() {
  const Line& line = lines_[cursor_];
  cursor_ = cursor_ + 1 == lines_.size() ? 0 : cursor_ + 1;
  // Of a fixed width, so that the length of a body does not depend on it.
  char number[17];
  std::snprintf(number, sizeof number, "%016llx", static_cast<unsigned long long>(next_number_++));
  number_ = number;
  bytes_.clear();
  append_numbered(line.method_and_target);
  bytes_ += " HTTP/1.1\r\n";
  bytes_ += headers_;
  if (!line.body.empty()) {
    std::size_t length = line.body.size();
    for (std::size_t at = 0; (at = line.body.find(placeholder, at)) != line.body.npos; ++at)
      length += number_.size() - placeholder.size();
    bytes_ +=
        "Content-Type: application/json\r\nContent-Length: " + std::to_string(length) + "\r\n";
  }
  bytes_ += "\r\n";
  append_numbered(line.body);
  return {bytes_, line.status};
}

void RequestList::append_numbered(std::string_view text) {
  for (;;) {
    const std::size_t at = text.find(placeholder);
    bytes_ += text.substr(0, at);
    if (at == text.npos) return;
    bytes_ += number_;
    text.remove_prefix(at + placeholder.size());
  }
}

}  // namespace velum::bench
