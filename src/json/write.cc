#include <algorithm>
#include <array>

#include "json/value.h"

namespace velum::json {
namespace {

// What follows the backslash: 0 for a byte that needs none, 'u' for a control without a short form.
constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  for (std::size_t control = 0; control < 0x20; ++control) table[control] = 'u';
  table['\b'] = 'b';
  table['\f'] = 'f';
  table['\n'] = 'n';
  table['\r'] = 'r';
  table['\t'] = 't';
  table['"'] = '"';
  table['\\'] = '\\';
  return table;
}();

char escape_of(char letter) {
  return escapes[static_cast<unsigned char>(letter)];
}

void write_escape(char letter, WipedText& out) {
  static constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('\\');
  out.push_back(escape_of(letter));
  if (escape_of(letter) != 'u') return;
  const auto code = static_cast<unsigned char>(letter);
  append(out, "00");
  out.push_back(digits[code >> 4U]);
  out.push_back(digits[code & 15U]);
}

void write_array(std::span<const Value> items, WipedText& out) {
  out.push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out.push_back(',');
    write(items[i], out);
  }
  out.push_back(']');
}

void write_object(std::span<const Member> members, WipedText& out) {
  out.push_back('{');
  for (std::size_t i = 0; i < members.size(); ++i) {
    if (i > 0) out.push_back(',');
    write_string(members[i].name, out);
    out.push_back(':');
    write(members[i].value, out);
  }
  out.push_back('}');
}

}  // namespace

void write_string(std::string_view text, WipedText& out) {
  out.push_back('"');
  while (true) {
    const auto special =
        std::find_if(text.begin(), text.end(), [](char letter) { return escape_of(letter) != 0; });
    const auto plain = static_cast<std::size_t>(special - text.begin());
    append(out, text.substr(0, plain));
    if (special == text.end()) break;
    write_escape(*special, out);
    text.remove_prefix(plain + 1);
  }
  out.push_back('"');
}

void write(const Value& value, WipedText& out) {
  switch (value.kind()) {
    case Kind::null: return append(out, "null");
    case Kind::boolean: return append(out, value.boolean() ? "true" : "false");
    case Kind::number: return append(out, value.text());
    case Kind::string: return write_string(value.text(), out);
    case Kind::array: return write_array(value.items(), out);
    case Kind::object: return write_object(value.members(), out);
  }
}

}  // namespace velum::json
