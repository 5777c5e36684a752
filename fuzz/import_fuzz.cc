// Promises: a file is the same records however it arrives, each a piece of it in its order; a good
// line at the end is read however bad those before it are; and a record becomes a row of JSON, in
// every layout, that says what its cells say.

#include <memory>
#include <vector>

#include "cli/for_test.h"
#include "cli/record_reader.h"
#include "cli/row_maker.h"
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

// Of the layout that no cell of is read in another way, but for tags and consents.
void check_row(const Records& records, const RawRecord& record, const ColumnMap& map) {
  const RowMaker maker(map, records.columns, nullptr);
  const auto text = maker.row_of({&record, 1});
  if (!text) return;
  const auto row = json::Document::parse(view(*text));
  if (!row) {
    VELUM_CHECK(!is_text(record.cells) || !is_text(records.columns));
    return;
  }
  const json::Value* const document = row->root().find("profile");
  VELUM_CHECK(document != nullptr && document->is_object());
  for (std::size_t at = 0; at < record.cells.size(); ++at) {
    const ColumnTarget target = map.target_of(view(records.columns[at]));
    if (target.part != RowPart::profile || record.cells[at].empty()) continue;
    const json::Value* const value = document->find(target.field);
    VELUM_CHECK(value != nullptr);
    if (value->is_string()) VELUM_CHECK(value->text() == view(record.cells[at]));
    VELUM_CHECK(value->is_string() || target.field == "tags");
  }
}

// Whatever the layout, what becomes of a record is a row.
void check_layouts(const Records& records) {
  for (const Layout layout : {Layout::master_data_addresses, Layout::shopify, Layout::magento,
                              Layout::magento_addresses, Layout::magento_composite}) {
    const auto map = ColumnMap::with(layout, "");
    const RowMaker maker(*map, records.columns, nullptr);
    for (const RawRecord& record : records.all) {
      const auto text = maker.row_of({&record, 1});
      if (!text || !is_text(record.cells) || !is_text(records.columns)) continue;
      VELUM_CHECK(json::Document::parse(view(*text)).has_value());
      VELUM_CHECK(!maker.goes_on(record) || !record.problem);
    }
  }
}

}  // namespace
}  // namespace velum

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace velum;
  std::string_view text = fuzz::text_of(data, size);
  std::string_view toml;
  if (text.find("\n---\n") != std::string_view::npos) toml = fuzz::take_part(text, "\n---\n");
  const auto map = ColumnMap::with(Layout::master_data, toml);
  const auto records = read(text, size + 1);
  const auto bytewise = read(text, 1);
  VELUM_CHECK(records.has_value() == bytewise.has_value());
  if (!records) return 0;
  VELUM_CHECK(std::ranges::equal(records->all, bytewise->all, same));
  check_order(*records, text);
  check_last_line(*records, text);
  check_layouts(*records);
  if (!map) return 0;
  for (const RawRecord& record : records->all) check_row(*records, record, *map);
  return 0;
}
