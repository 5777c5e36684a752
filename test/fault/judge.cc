#include "test/fault/judge.h"

#include <map>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "json/value.h"

namespace velum {
namespace {

void judge_absence(SimNode& node, const Person& person, const Error& why) {
  EXPECT_EQ(why.code(), ErrorCode::not_found);
  EXPECT_TRUE(person.states.contains(is_gone));
  if (!person.key) return;
  EXPECT_FALSE(node.read_masked(*person.key));
  if (person.erasing) {
    EXPECT_TRUE(node.is_in_ledger(person.key->subject)) << "erased, and no ledger knows of it";
  }
}

// What the audit log says, counted.
struct Logged {
  std::map<std::string, int> writes;            // By version.
  std::map<std::string, std::size_t> unmasked;  // By record.
  std::set<std::string> ids;

  void add(std::string_view text) {
    const auto entry = json::Document::parse(text);
    ASSERT_TRUE(entry);
    const auto member = [&entry](std::string_view name) {
      const json::Value* value = entry->root().find(name);
      return value == nullptr ? std::string() : std::string(value->text());
    };
    const std::string action = member("action");
    EXPECT_TRUE(ids.insert(member("id")).second) << "an entry is there twice";
    if (action == "CreateProfile" || action == "UpdateProfile") ++writes[member("version")];
    if (action == "GetProfileUnmasked") ++unmasked[member("record")];
  }
};

}  // namespace

void judge(SimNode& node, const Person& person) {
  SCOPED_TRACE(person.email);
  const auto found = node.find(person.email);
  if (!found) return judge_absence(node, person, found.error());
  EXPECT_FALSE(node.is_in_ledger(found->subject)) << "an erasure that was begun is not finished";
  EXPECT_FALSE(person.erased);
  const auto full = node.unmask(*found);
  const auto shown = node.read_masked(*found);
  ASSERT_TRUE(full && shown);
  const auto document = json::Document::parse(*full);
  ASSERT_TRUE(document);
  const std::string name(document->root().find("firstName")->text());
  EXPECT_TRUE(person.states.contains(name)) << name;
  EXPECT_NE(shown->find("\"" + masked(name) + "\""), std::string::npos) << "half a version";
}

void judge_log(SimFileSystem& files, const std::vector<Person>& people) {
  const auto logs = verify_audit(files, "./audit", std::nullopt);
  ASSERT_TRUE(logs) << logs.error().message() << " " << logs.error().subject();
  Logged logged;
  const auto look = [&logged](std::string_view text) -> Result<void> {
    logged.add(text);
    return {};
  };
  ASSERT_TRUE(read_audit(files, "./audit", look));
  for (const Person& person : people) {
    for (const VersionId& version : person.versions) EXPECT_EQ(logged.writes[version.text()], 1);
    if (person.key) {
      EXPECT_GE(logged.unmasked[person.key->record.text()], person.unmasked);
    }
  }
}

}  // namespace velum
