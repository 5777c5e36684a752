#include "cli/row_maker.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/ids.h"
#include "http/ascii.h"
#include "json/value.h"

namespace velum {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool is_empty(const json::Value& value) {
  return value.is_null() || (value.is_string() && value.text().empty());
}

// Spreadsheets are kept from reading a number by an apostrophe before it.
std::string_view without_apostrophe(std::string_view cell) {
  const bool guarded = cell.size() > 1 && cell[0] == '\'' && (is_digit(cell[1]) || cell[1] == '+');
  return guarded ? cell.substr(1) : cell;
}

std::optional<bool> yes_or_no(const json::Value& value) {
  if (value.kind() == json::Kind::boolean) return value.boolean();
  if (value.kind() != json::Kind::string && value.kind() != json::Kind::number) return {};
  for (const std::string_view yes : {"yes", "true", "1", "y"}) {
    if (equal_ignoring_case(trimmed(value.text()), yes)) return true;
  }
  for (const std::string_view no : {"no", "false", "0", "n"}) {
    if (equal_ignoring_case(trimmed(value.text()), no)) return false;
  }
  return std::nullopt;
}

// "a, b" as ["a","b"].
json::Value list_of(std::string_view text, json::Arena& arena) {
  std::vector<json::Value> items;
  while (!text.empty()) {
    const std::string_view item = text.substr(0, text.find_first_of(",;"));
    text.remove_prefix(std::min(text.size(), item.size() + 1));
    if (!trimmed(item).empty()) items.push_back(arena.string(trimmed(item)));
  }
  return arena.array(items);
}

// Numbers between commas; anything else stays the text that it is, for the schema to refuse.
json::Value coordinates_of(std::string_view text, json::Arena& arena) {
  std::string_view inside = trimmed(text);
  if (inside.starts_with('[') && inside.ends_with(']') && inside.size() > 1) {
    inside = inside.substr(1, inside.size() - 2);
  }
  WipedText brackets{'['};
  append(brackets, inside);
  brackets.push_back(']');
  const auto parsed = json::Document::parse(view(brackets));
  if (!parsed) return arena.string(text);
  std::vector<json::Value> numbers;
  for (const json::Value& item : parsed->root().items()) {
    if (item.kind() != json::Kind::number) return arena.string(text);
    numbers.push_back(arena.number(item.text()));
  }
  return arena.array(numbers);
}

// The members of a document on their way.
class DocumentBuilder {
 public:
  DocumentBuilder(RowPart part, json::Arena& arena) : part_(part), arena_(arena) {}

  bool is_empty() const { return members_.empty(); }
  json::Value object() const { return arena_.object(members_); }

  Result<void> add(const ColumnTarget& target, const json::Value& value) {
    json::Member* held = find(target.field);
    if (held != nullptr && target.reading == CellReading::name_part && held->value.is_string() &&
        value.is_string()) {
      held->value = joined(held->value.text(), " ", value.text());
      return {};
    }
    if (held != nullptr) {
      return Error(ErrorCode::invalid_field,
                   "two columns become the same field: leave one out with --map",
                   std::string(known_field(part_, target.field).value_or("")));
    }
    if (target.reading == CellReading::street && value.is_string()) return add_street(value.text());
    add(target.field, read(target.reading, value));
    return {};
  }

 private:
  json::Member* find(std::string_view field) {
    const auto held = std::ranges::find_if(members_, [field](const json::Member& member) {
      return equal_ignoring_case(member.name, field);
    });
    return held == members_.end() ? nullptr : &*held;
  }

  void add(std::string_view field, json::Value value) {
    members_.push_back({arena_.string(field).text(), value});
  }

  json::Value read(CellReading reading, const json::Value& value) {
    if (!value.is_string()) return value;
    if (reading == CellReading::list) return list_of(value.text(), arena_);
    if (reading == CellReading::coordinates) return coordinates_of(value.text(), arena_);
    return value;
  }

  json::Value joined(std::string_view left, std::string_view between, std::string_view right) {
    WipedText both(left.begin(), left.end());
    append(both, between);
    append(both, right);
    return arena_.string(view(both));
  }

  Result<void> add_street(std::string_view text) {
    const std::string_view lines = trimmed(text);
    const std::string_view first = lines.substr(0, lines.find('\n'));
    add("route", arena_.string(trimmed(first)));
    json::Value others = arena_.string("");
    for (std::string_view rest = lines.substr(first.size()); !rest.empty();) {
      rest.remove_prefix(1);
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(line.size());
      if (trimmed(line).empty()) continue;
      others = joined(others.text(), others.text().empty() ? "" : ", ", trimmed(line));
    }
    if (!others.text().empty()) add("complement", others);
    return {};
  }

  RowPart part_;
  json::Arena& arena_;
  std::vector<json::Member> members_;
};

// What has been read of a row so far.
class RowBuilder {
 public:
  RowBuilder(Layout layout, const ClientEmails* clients)
      : layout_(layout), clients_(clients), profile_(RowPart::profile, arena_) {}

  json::Arena& arena() { return arena_; }

  Result<void> add(const ColumnTarget& target, json::Value value, DocumentBuilder& address) {
    if (layout_ == Layout::shopify && value.is_string()) {
      value = arena_.string(without_apostrophe(value.text()));
    }
    if (is_empty(value)) return {};
    switch (target.part) {
      case RowPart::left_out: return {};
      case RowPart::profile: return profile_.add(target, value);
      case RowPart::address: return address.add(target, value);
      case RowPart::consent: return add_consent(target.field, value);
      case RowPart::owner_email: return set(email_, value);
      case RowPart::owner_id: return set(owner_id_, value);
      case RowPart::key: return set(key_, value);
    }
    VELUM_CHECK(false);
  }

  void end_address(const DocumentBuilder& address) {
    if (!address.is_empty()) add_part(EntityId::address, key_, address.object());
  }

  Result<WipedText> write() {
    std::vector<json::Member> members;
    if (main_part(layout_) == RowPart::profile) {
      members.push_back({"profile", profile_.object()});
    } else {
      if (parts_.empty()) return Error(ErrorCode::invalid_argument, "there is no address in it");
      TRY_ASSIGN(const std::string_view email, owner());
      members.push_back({"email", arena_.string(email)});
    }
    if (!parts_.empty()) members.push_back({"parts", arena_.array(parts_)});
    WipedText row;
    json::write(arena_.object(members), row);
    return row;
  }

 private:
  static Result<void> set(std::string_view& where, const json::Value& value) {
    if (!value.is_string() && value.kind() != json::Kind::number) {
      return Error(ErrorCode::invalid_argument, "an id or an e-mail is a text");
    }
    where = trimmed(value.text());
    return {};
  }

  Result<std::string_view> owner() const {
    if (!email_.empty()) return email_;
    if (clients_ == nullptr || owner_id_.empty()) {
      return Error(ErrorCode::invalid_argument,
                   "it does not say whose it is: by e-mail, "
                   "or by userId and with --clients");
    }
    return clients_->of(owner_id_);
  }

  Result<void> add_consent(std::string_view purpose, const json::Value& value) {
    const auto granted = yes_or_no(value);
    if (!granted) {
      return Error(ErrorCode::invalid_field, "a consent is yes or no, true or false, 1 or 0");
    }
    std::string source("import ");
    source.append(layout_name(layout_));
    const json::Member members[] = {{"purpose", arena_.string(purpose)},
                                    {"granted", json::Arena::boolean(*granted)},
                                    {"source", arena_.string(source)}};
    for (const std::string_view held : purposes_) {
      if (held == purpose) {
        return Error(ErrorCode::invalid_field,
                     "two columns are the same consent: leave one out with --map");
      }
    }
    purposes_.push_back(members[0].value.text());
    // One of a purpose, whatever it says.
    add_part(EntityId::consent, purpose, arena_.object(members));
    return {};
  }

  void add_part(EntityId entity, std::string_view key, const json::Value& document) {
    std::vector<json::Member> members;
    members.push_back({"entity", arena_.string(entity_name(entity))});
    if (!key.empty()) members.push_back({"key", arena_.string(key)});
    members.push_back({"document", document});
    parts_.push_back(arena_.object(members));
  }

  Layout layout_;
  const ClientEmails* clients_;
  json::Arena arena_;
  DocumentBuilder profile_;
  std::string_view email_, owner_id_, key_;
  std::vector<std::string_view> purposes_;
  std::vector<json::Value> parts_;
};

}  // namespace

RowMaker::RowMaker(const ColumnMap& map, const std::vector<WipedText>& columns,
                   const ClientEmails* clients)
    : map_(map), clients_(clients) {
  for (const WipedText& column : columns) targets_.push_back(map.target_of(view(column)));
}

bool RowMaker::goes_on(const RawRecord& record) const {
  if (!may_go_on() || record.problem || record.is_behind_gap || targets_.empty()) return false;
  bool has_address = false;
  for (std::size_t index = 0; index < targets_.size(); ++index) {
    if (record.cells[index].empty() || targets_[index].part == RowPart::left_out) continue;
    if (targets_[index].part != RowPart::address) return false;
    has_address = true;
  }
  return has_address;
}

Result<WipedText> RowMaker::row_of(std::span<const RawRecord> records) const {
  RowBuilder row(map_.layout(), clients_);
  std::vector<json::Document> documents;  // Hold the memory of their values.
  for (const RawRecord& record : records) {
    if (record.problem) return *record.problem;
    DocumentBuilder address(RowPart::address, row.arena());
    if (targets_.empty()) {
      TRY_ASSIGN(json::Document parsed, json::Document::parse(view(record.text)));
      const json::Document& document = documents.emplace_back(std::move(parsed));
      if (!document.root().is_object()) {
        return Error(ErrorCode::invalid_argument, "a line of JSON Lines is one object");
      }
      for (const json::Member& member : document.root().members()) {
        TRY(row.add(map_.target_of(member.name), member.value, address));
      }
    } else {
      VELUM_CHECK(record.cells.size() == targets_.size());
      for (std::size_t index = 0; index < targets_.size(); ++index) {
        const json::Value cell = row.arena().string(view(record.cells[index]));
        TRY(row.add(targets_[index], cell, address));
      }
    }
    row.end_address(address);
  }
  return row.write();
}

}  // namespace velum
