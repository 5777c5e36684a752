#include "cli/record_reader.h"

#include <gtest/gtest.h>

#include "cli/for_test.h"

namespace velum {
namespace {

// Cells joined by '|'; what is wrong in angle brackets, with its line.
std::string read_all(const std::string& text, std::optional<RecordForm> form = std::nullopt,
                     std::size_t piece_bytes = 7) {
  auto reader = RecordReader::open(std::make_unique<TextInput>(text, piece_bytes), form);
  if (!reader) return "<" + std::string(reader.error().message()) + ">";
  std::string shown;
  while (true) {
    const auto record = reader->next();
    EXPECT_TRUE(record);
    if (!*record) return shown;
    shown += std::to_string((*record)->line) + ":";
    if ((*record)->problem) {
      shown += "<" + std::string((*record)->problem->message()) + ">";
    } else if (reader->form() == RecordForm::json_lines) {
      shown += view((*record)->text);
    } else {
      for (const WipedText& cell : (*record)->cells) shown.append(view(cell)).append("|");
    }
    shown += "\n";
  }
}

TEST(RecordReader, ReadsCsvAsItComes) {
  struct Case {
    const char* text;
    const char* records;
  };
  const Case cases[] = {
      {"a,b\n1,2\n", "2:1|2|\n"},
      {"a,b\r\n1,2\r\n", "2:1|2|\n"},
      {"a,b\n1,2", "2:1|2|\n"},
      {"\xEF\xBB\xBF"
       "a,b\n1,2\n",
       "2:1|2|\n"},
      {"a;b\n1;\"2;3\"\n", "2:1|2;3|\n"},
      {"a\tb\n1\t2\n", "2:1|2|\n"},
      {"a,b\n\"x\ny\",2\n3,4\n", "2:x\ny|2|\n4:3|4|\n"},
      {"a,b\n\"say \"\"hi\"\"\",2\n", "2:say \"hi\"|2|\n"},
      {"a,b\nit\"s,2\"\n", "2:it\"s|2\"|\n"},
      {"a,b\n,\n", "2:||\n"},
      {"a,b\n\n\n  \n1,2\n", "5:1|2|\n"},
      {"a,b\n\"x\"y,2\n3,4\n", "2:<a quoted cell goes on behind its quotes>\n3:3|4|\n"},
      {"a,b\n\"x,2\n", "2:<a quoted cell does not end>\n"},
      {"a,b\n1\n1,2,3\n",
       "2:<the row has another number of cells than the header>\n"
       "3:<the row has another number of cells than the header>\n"},
      {"a\n\xFF\xFE\n", "2:\xFF\xFE|\n"},
      {"", "<there is nothing to import>"},
      {" \n\n", "<there is nothing to import>"},
      {"\"a\n", "<the first line is no header of a CSV file>"},
  };
  for (const Case& c : cases) {
    for (const std::size_t piece : {1U, 7U, 10'000U}) {
      EXPECT_EQ(read_all(c.text, std::nullopt, piece), c.records) << c.text;
    }
  }
}

TEST(RecordReader, ReadsJsonLines) {
  EXPECT_EQ(read_all("{\"a\":1}\n\n{\"b\":\"\\\"\"}\r\n{}"),
            "1:{\"a\":1}\n3:{\"b\":\"\\\"\"}\n4:{}\n");
  EXPECT_EQ(read_all("[1]\n", RecordForm::json_lines), "1:[1]\n");
  EXPECT_EQ(read_all("{a,b\n1,2\n", RecordForm::csv), "2:1|2|\n");
}

// One quote too many, or a record that never ends, takes no other record with it.
TEST(RecordReader, BoundsARecordAndGoesOn) {
  const std::string big(record_size_max_bytes + 1, 'x');
  const std::string longest(record_size_max_bytes - 1, 'x');
  const std::string too_long = "<a record has at most 256 KiB>\n";
  const std::string unending = "<a quoted cell does not end>\n";
  const std::string other_count = "<the row has another number of cells than the header>\n";
  const std::string behind = "<a quoted cell goes on behind its quotes>\n";
  struct Case {
    std::string text;
    std::string records;
  };
  const Case cases[] = {
      {"1," + big + "\n3,4\n", "2:" + too_long + "3:3|4|\n"},
      {"1,2\"" + big + "\n3,4\n", "2:" + too_long + "3:3|4|\n"},
      {"1," + big, "2:" + too_long},
      {"1,\"" + big + "\n3,4\n", "2:" + too_long + "3:3|4|\n"},
      {"," + longest + "\n3,4\n", "2:|" + longest + "|\n3:3|4|\n"},
      {"\"1,2\n3,4\n5,6", "2:" + unending + "3:3|4|\n4:5|6|\n"},
      {"\"1,2\r\n3,4\r\n", "2:" + unending + "3:3|4|\n"},
      {"1,2\"\n3,4\n", "2:1|2\"|\n3:3|4|\n"},
      {"\"1,2\n3,\"4\"\n5,6\n", "2:" + behind + "3:3|4|\n4:5|6|\n"},
      {"\"1,2\n3,4\"5\n6,7\n", "2:" + behind + "3:3|4\"5|\n4:6|7|\n"},
      {"\"1,2\n3,4\n\"\n5,6\n", "2:" + other_count + "3:3|4|\n4:" + unending + "5:5|6|\n"},
      {"\"1,2\n" + big + "\n3,4\n", "2:" + unending + "3:" + too_long + "4:3|4|\n"},
  };
  for (const Case& c : cases) {
    const std::string shown = read_all("a,b\n" + c.text, std::nullopt, 5000);
    EXPECT_EQ(shown, c.records) << c.text.substr(0, 80);
  }
}

TEST(RecordReader, GivesTheRestOfALineThatIsTooLong) {
  const std::string big(3 * record_size_max_bytes, 'x');
  auto reader = *RecordReader::open(std::make_unique<TextInput>("a\n" + big + "\r\n1\n", 5000),
                                    RecordForm::csv);
  const auto record = *reader.next();
  ASSERT_TRUE(record && record->goes_on);
  std::string text(view(record->text));
  while (true) {
    const WipedText piece = *reader.read_on();
    if (piece.empty()) break;
    text += view(piece);
  }
  EXPECT_EQ(text, big);
  EXPECT_EQ((*reader.next())->line, 3U);
}

}  // namespace
}  // namespace velum
