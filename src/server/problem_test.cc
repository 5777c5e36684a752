#include "server/problem.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>
#include <string>

namespace velum {
namespace {

constexpr int codes_end = static_cast<int>(ErrorCode::reason_not_allowed) + 1;

TEST(Problem, HasTheDocumentedMembers) {
  const HttpResponse response =
      problem(Error(ErrorCode::invalid_field, "the field has the wrong type", "email"));
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/json");
  EXPECT_EQ(view(response.body),
            R"({"type":"about:blank","title":"Invalid field","status":400,)"
            R"("detail":"the field has the wrong type: email",)"
            R"("message":"the field has the wrong type: email","code":"invalid_field"})");
}

TEST(Problem, SaysNothingOfWhatIsInside) {
  for (const ErrorCode code : {ErrorCode::corrupt, ErrorCode::io, ErrorCode::no_space}) {
    const HttpResponse response = problem(Error(code, "secret", "/var/lib/velum"));
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(view(response.body).find("velum"), std::string_view::npos);
    EXPECT_EQ(view(response.body).find("secret"), std::string_view::npos);
  }
}

// Every code is in docs/errors.md, with its status, and nothing else is.
TEST(Problem, TheDocumentListsEveryCode) {
  std::stringstream text;
  text << std::ifstream(VELUM_SOURCE_DIR "/docs/errors.md").rdbuf();
  std::set<std::string> rows;
  for (int code = 0; code < codes_end; ++code) {
    for (const int status : {400, 414, 431}) {
      const ProblemKind kind = refusal_kind(status, static_cast<ErrorCode>(code));
      rows.insert("| `" + std::string(kind.code) + "` | " + std::to_string(kind.status) + " |");
    }
  }
  for (const std::string& row : rows) {
    EXPECT_NE(text.str().find(row), std::string::npos) << row;
  }
  std::size_t listed = 0;
  std::string line;
  while (std::getline(text, line)) listed += line.starts_with("| `");
  EXPECT_EQ(listed, rows.size());
}

}  // namespace
}  // namespace velum
