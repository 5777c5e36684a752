// Promises: a file is the same records however it arrives, each a piece of it in its order; a good
// line at the end is read however bad those before it are; and a row becomes a document of JSON
// that says what its cells say.

#include <memory>
#include <vector>

#include "cli/column_map.h"
#include "cli/for_test.h"
#include "cli/record_reader.h"
#include "fuzz/fuzz.h"
#include "json/value.h"

namespace velum {
namespace {

struct Records {
  RecordForm form{};
  std::vector<WipedText> columns;
  std::vector<RawRecord> all;
};

std::optional<Records> read(std::string_view text, std::size_t piece) {
  auto reader = RecordReader::open(std::make_unique<TextInput>(std::string(text), piece), {});
  if (!reader) return std::nullopt;
  Records records{reader->form(), reader->columns(), {}};
  while (true) {
    auto record = reader->next();
    VELUM_CHECK(record.has_value());
    if (!*record) break;
    records.all.push_back(**std::move(record));
  }
  return records;
}

bool same(const RawRecord& left, const RawRecord& right) {
  return left.line == right.line && left.text == right.text && left.cells == right.cells &&
         left.problem.has_value() == right.problem.has_value() && left.goes_on == right.goes_on;
}

void check_order(const Records& records, std::string_view text) {
  std::uint64_t last_line = 0;
  std::size_t at = 0;
  for (const RawRecord& record : records.all) {
    VELUM_CHECK(record.line > last_line);
    last_line = record.line;
    const std::size_t found = text.find(view(record.text), at);
    VELUM_CHECK(found != std::string_view::npos);
    at = found + record.text.size();
    const bool is_row = records.form == RecordForm::csv && !record.problem;
    if (is_row) VELUM_CHECK(record.cells.size() == records.columns.size());
  }
}

void check_last_line(const Records& records, std::string_view text) {
  std::string line = records.form == RecordForm::csv ? "last" : "{\"a\":\"last\"}";
  // Only the reader knows what would stand between two cells.
  if (records.form == RecordForm::csv && records.columns.size() != 1) return;
  const auto longer = read(std::string(text) + "\n" + line, 7);
  VELUM_CHECK(longer && !longer->all.empty());
  VELUM_CHECK(view(longer->all.back().text) == line && !longer->all.back().problem);
}

bool is_text(const std::vector<WipedText>& cells) {
  return std::ranges::all_of(cells, [](const WipedText& cell) {
    WipedText quoted;
    json::write_string(view(cell), quoted);
    return json::Document::parse(view(quoted)).has_value();
  });
}

void check_document(const Records& records, const RawRecord& record, const ColumnMap& map) {
  const auto text = map.document_of(record, records.columns);
  if (!text) return;
  const auto document = json::Document::parse(view(*text));
  if (!document) {
    VELUM_CHECK(!is_text(record.cells) || !is_text(records.columns));
    return;
  }
  VELUM_CHECK(document->root().is_object());
  for (std::size_t at = 0; at < record.cells.size(); ++at) {
    const auto field = map.field_of(view(records.columns[at]));
    if (!field || record.cells[at].empty()) continue;
    const json::Value* const value = document->root().find(*field);
    VELUM_CHECK(value != nullptr);
    if (value->is_string()) VELUM_CHECK(value->text() == view(record.cells[at]));
    VELUM_CHECK(value->is_string() || *field == "tags");
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view text = fuzz::text_of(data, size);
  std::string_view toml;
  if (text.find("\n---\n") != std::string_view::npos) toml = fuzz::take_part(text, "\n---\n");
  const auto map = ColumnMap::with(toml);
  const auto records = read(text, size + 1);
  const auto bytewise = read(text, 1);
  VELUM_CHECK(records.has_value() == bytewise.has_value());
  if (!records) return 0;
  VELUM_CHECK(std::ranges::equal(records->all, bytewise->all, same));
  check_order(*records, text);
  check_last_line(*records, text);
  if (!map) return 0;
  for (const RawRecord& record : records->all) check_document(*records, record, *map);
  return 0;
}
