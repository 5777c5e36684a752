// The whole store under disk faults: every n-th call of a script fails, once or for good, the power
// goes, and a judge that remembers what was promised looks at what is there.

#include <gtest/gtest.h>

#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "audit/log_reader.h"
#include "audit/verify.h"
#include "json/value.h"
#include "test/fault/sim_node.h"

namespace velum {
namespace {

const std::string gone = "gone";

// What may be true of one person. More than one state only while a call's outcome is not known.
struct Person {
  std::string email;
  std::set<std::string> states{gone};  // The firstName, or gone.
  std::optional<RecordKey> key;
  std::vector<VersionId> versions;  // Acknowledged.
  std::size_t unmasked = 0;
  bool erased = false;
};

std::string body_of(const std::string& email, const std::string& name) {
  return R"({"email":")" + email + R"(","firstName":")" + name + "\"}";
}
std::string masked(const std::string& name) {
  return name.substr(0, 1) + std::string(name.size() - 1, '*');
}

// Does `count` operations, chosen by `random`, and keeps what was promised.
class Script {
 public:
  Script(SimNode& node, SeededRandom& random) : node_(node), random_(random) {}

  void run(int count) {
    for (int index = 0; index < count; ++index) {
      step();
      if (index % 10 == 9) static_cast<void>(node_.drain().has_value());
      if (index % 25 == 24) static_cast<void>(node_.audit().checkpoint_now().has_value());
    }
  }
  std::vector<Person>& people() { return people_; }
  std::size_t done() const { return done_; }

 private:
  std::uint64_t below(std::uint64_t limit) {
    std::array<std::uint8_t, 8> bytes{};
    random_.fill(bytes);
    return read_u64be(bytes) % limit;
  }
  Person* somebody() {
    std::vector<Person*> there;
    for (Person& person : people_) {
      if (person.key && person.states.size() == 1 && !person.states.contains(gone)) {
        there.push_back(&person);
      }
    }
    return there.size() < 3 ? nullptr : there[below(there.size())];
  }
  std::string new_name() { return "Name" + std::to_string(++names_); }

  // A write's answer: a success after a failure of the store would be a promise on sand.
  template <typename T>
  bool note_write(const Result<T>& result) {
    EXPECT_FALSE(result && store_failed_) << "acknowledged after the store failed";
    if (!result && result.error().code() == ErrorCode::storage_unavailable) store_failed_ = true;
    done_ += result.has_value();
    return result.has_value();
  }

  void step() {
    const std::uint64_t dice = below(100);
    Person* person = dice < 30 ? nullptr : somebody();
    if (person == nullptr) return create();
    if (dice < 55) return patch(*person);
    if (dice < 75) return unmask(*person);
    if (dice < 85) return read(*person);
    if (dice < 93) return remove(*person);
    return erase(*person);
  }
  void create() {
    Person person{std::to_string(people_.size()) + "@example.com", {gone}, {}, {}, 0, false};
    const std::string name = new_name();
    const auto created = node_.create(body_of(person.email, name));
    if (note_write(created)) {
      person.states = {name};
      person.key = SimNode::key_of(*created);
      person.versions.push_back(created->version);
    } else {
      person.states.insert(name);
    }
    people_.push_back(std::move(person));
  }
  void patch(Person& person) {
    const std::string name = new_name();
    const auto patched = node_.patch(*person.key, R"({"firstName":")" + name + "\"}");
    if (note_write(patched)) {
      person.states = {name};
      person.versions.push_back(patched->version);
    } else {
      person.states.insert(name);
    }
  }
  void remove(Person& person) {
    const auto removed = node_.remove(*person.key);
    if (note_write(removed)) {
      person.states = {gone};
    } else {
      person.states.insert(gone);
    }
  }
  void erase(Person& person) {
    const auto erased = node_.erase(person.email);
    if (erased) {
      EXPECT_EQ(*erased, 1U);
      person.states = {gone};
      person.erased = true;
      ++done_;
    } else {
      person.states.insert(gone);
    }
  }
  void unmask(Person& person) {
    const auto shown = node_.unmask(*person.key);
    if (!shown) return;
    EXPECT_EQ(*shown, body_of(person.email, *person.states.begin()));
    ++person.unmasked;
    ++done_;
  }
  void read(Person& person) {
    const auto key = node_.find(person.email);
    if (!key) return;
    EXPECT_EQ(key->record, person.key->record);
    const auto shown = node_.read_masked(*key);
    if (shown) {
      EXPECT_NE(shown->find(masked(*person.states.begin())), std::string::npos);
    }
  }

  SimNode& node_;
  SeededRandom& random_;
  std::vector<Person> people_;
  std::size_t names_ = 0;
  std::size_t done_ = 0;
  bool store_failed_ = false;
};

// Every promise about one person, asked of a store that was opened again.
void judge(SimNode& node, const Person& person) {
  SCOPED_TRACE(person.email);
  const auto found = node.find(person.email);
  if (!found) {
    EXPECT_EQ(found.error().code(), ErrorCode::not_found);
    EXPECT_TRUE(person.states.contains(gone));
    if (person.key) {
      EXPECT_FALSE(node.read_masked(*person.key));
    }
    return;
  }
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
  std::map<std::string, int> writes;            // By version.
  std::map<std::string, std::size_t> unmasked;  // By record.
  std::set<std::string> ids;
  const auto look = [&](std::string_view text) -> Result<void> {
    const auto entry = json::Document::parse(text);
    const auto member = [&entry](std::string_view name) {
      const json::Value* value = entry->root().find(name);
      return value == nullptr ? std::string() : std::string(value->text());
    };
    const std::string action = member("action");
    EXPECT_TRUE(ids.insert(member("id")).second) << "an entry is there twice";
    if (action == "CreateProfile" || action == "UpdateProfile") ++writes[member("version")];
    if (action == "GetProfileUnmasked") ++unmasked[member("record")];
    return {};
  };
  ASSERT_TRUE(read_audit(files, "./audit", look));
  for (const Person& person : people) {
    for (const VersionId& version : person.versions) EXPECT_EQ(writes[version.text()], 1);
    if (person.key) {
      EXPECT_GE(unmasked[person.key->record.text()], person.unmasked);
    }
  }
}

// One life with a fault at call `fault` (0: none), a crash, and the judgement. How many calls the
// script made.
std::uint64_t live(std::uint64_t seed, int operations, std::uint64_t fault, FaultSpan span) {
  SimDisk disk(seed);
  SeededRandom choices(seed);
  std::vector<Person> people;
  std::uint64_t calls = 0;
  {
    SimNode node(disk);
    EXPECT_TRUE(node.start());
    const std::uint64_t before = disk.files.calls();
    if (fault > 0) disk.files.fail_call(before + fault, span, ErrorCode::io);
    Script script(node, choices);
    script.run(operations);
    calls = disk.files.calls() - before;
    if (fault == 0) {
      EXPECT_GT(script.done(), static_cast<std::size_t>(operations / 2));
    }
    people = std::move(script.people());
    disk.files.cut_power(disk.random);
  }
  disk.files.power_on();
  {
    SimNode node(disk);
    const auto started = node.start();
    EXPECT_TRUE(started) << started.error().message();
    if (!started) return calls;
    for (const Person& person : people) judge(node, person);
    EXPECT_TRUE(node.drain());
  }
  judge_log(disk.files, people);
  return calls;
}

// Every call of the script whose number is `part` modulo `parts`.
struct Part {
  std::uint64_t part = 0;
  std::uint64_t parts = 1;
};

void try_faults(std::uint64_t seed, int operations, Part part) {
  const std::uint64_t calls = live(seed, operations, 0, FaultSpan::once);
  std::uint64_t states = 0;
  for (const FaultSpan span : {FaultSpan::once, FaultSpan::from_then_on}) {
    for (std::uint64_t fault = 1 + part.part; fault <= calls; fault += part.parts) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", fault " + std::to_string(fault) +
                   (span == FaultSpan::once ? " once" : " for good"));
      live(seed, operations, fault, span);
      ++states;
      if (testing::Test::HasFailure()) return;
    }
  }
  std::cout << "figure " << operations << " operations, " << calls << " disk calls, " << states
            << " faults tried\n";
  EXPECT_GT(calls, static_cast<std::uint64_t>(operations) * 2);
}

TEST(Fault, NoPromiseBreaksAtAnyCallOfAShortScript) {
  try_faults(1, 40, {});
}

// In parts, so that they can run side by side.
class FaultInALongScript : public testing::TestWithParam<std::uint64_t> {};
constexpr std::uint64_t parts = 4;

TEST_P(FaultInALongScript, NoPromiseBreaksAtAnyCall) {
  try_faults(2, 200, {GetParam(), parts});
}

INSTANTIATE_TEST_SUITE_P(Parts, FaultInALongScript, testing::Range(std::uint64_t{0}, parts));

// No fault at all: only the crash, with what was not synced kept, dropped or torn.
TEST(Fault, NoPromiseBreaksWhenThePowerGoes) {
  for (std::uint64_t seed = 10; seed < 40; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    live(seed, 60, 0, FaultSpan::once);
  }
}

}  // namespace
}  // namespace velum
