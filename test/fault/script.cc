#include "test/fault/script.h"

#include <algorithm>

#include "io/sim_inode.h"
#include "json/value.h"

namespace velum {

std::string body_of(const std::string& email, const std::string& name) {
  return R"({"email":")" + email + R"(","firstName":")" + name + "\"}";
}
std::string masked(const std::string& name) {
  return name.substr(0, 1) + std::string(name.size() - 1, '*');
}

void Script::run(int count) {
  for (int index = 0; index < count; ++index) step();
}

std::vector<Person> Script::promised() const {
  const std::lock_guard lock(mutex_);
  return people_;
}

Person* Script::somebody() {
  std::vector<Person*> there;
  for (Person& person : people_) {
    if (person.key && person.states.size() == 1 && !person.states.contains(is_gone)) {
      there.push_back(&person);
    }
  }
  return there.size() < 3 ? nullptr : there[static_cast<std::size_t>(below(random_, there.size()))];
}

// A write's answer: a success after a failure of the store would be a promise on sand.
template <typename T>
bool Script::note_write(const Result<T>& result) {
  EXPECT_FALSE(result && store_failed_) << "acknowledged after the store failed";
  if (!result && result.error().code() == ErrorCode::storage_unavailable) store_failed_ = true;
  done_ += result.has_value();
  return result.has_value();
}

template <typename Change>
void Script::note(Person& person, Change change) {
  const std::lock_guard lock(mutex_);
  person.touched_at = ++touches_;
  change();
}

void Script::settle() {
  for (Person& person : people_) {
    touches_ = std::max(touches_, person.touched_at);
    if (person.states.size() == 1) continue;
    const auto found = node_.find(person.email);
    const auto full = found ? node_.unmask(*found) : Result<std::string>(found.error());
    std::string name = is_gone;
    if (full) name = json::Document::parse(*full)->root().find("firstName")->text();
    EXPECT_TRUE(person.states.contains(name)) << name;
    note(person, [&] {
      person.states = {name};
      if (found) person.key = *found;
      person.erased = person.erasing && !found;
      person.erasing = person.erased;
    });
  }
}

void Script::step() {
  const std::uint64_t dice = below(random_, 100);
  Person* person = dice < 30 ? nullptr : somebody();
  if (person == nullptr) {
    create();
  } else if (dice < 55) {
    patch(*person);
  } else if (dice < 75) {
    unmask(*person);
  } else if (dice < 85) {
    read(*person);
  } else if (dice < 93) {
    remove(*person);
  } else {
    erase(*person);
  }
  ++steps_;
  if (steps_ % 10 == 0) static_cast<void>(node_.drain().has_value());
  if (steps_ % 25 == 0) static_cast<void>(node_.audit().checkpoint_now().has_value());
}

void Script::create() {
  const std::string name = new_name();
  Person made;
  made.email = std::to_string(people_.size()) + "@example.com";
  made.states.insert(name);
  note(made, [&] { people_.push_back(made); });
  Person& person = people_.back();
  const auto created = node_.create(body_of(person.email, name));
  if (!note_write(created)) return;
  note(person, [&] {
    person.states = {name};
    person.key = SimNode::key_of(*created);
    person.versions.push_back(created->version);
  });
}

void Script::patch(Person& person) {
  const std::string name = new_name();
  note(person, [&] { person.states.insert(name); });
  const auto patched = node_.patch(*person.key, R"({"firstName":")" + name + "\"}");
  if (!note_write(patched)) return;
  note(person, [&] {
    person.states = {name};
    person.versions.push_back(patched->version);
  });
}

void Script::remove(Person& person) {
  note(person, [&] { person.states.insert(is_gone); });
  if (!note_write(node_.remove(*person.key))) return;
  note(person, [&] { person.states = {is_gone}; });
}

void Script::erase(Person& person) {
  note(person, [&] {
    person.states.insert(is_gone);
    person.erasing = true;
  });
  const auto erased = node_.erase(person.email);
  if (!erased) return;
  EXPECT_EQ(*erased, 1U);
  note(person, [&] {
    person.states = {is_gone};
    person.erased = true;
  });
  ++done_;
}

void Script::unmask(Person& person) {
  const auto shown = node_.unmask(*person.key);
  if (!shown) return;
  EXPECT_EQ(*shown, body_of(person.email, *person.states.begin()));
  note(person, [&] { ++person.unmasked; });
  ++done_;
}

void Script::read(Person& person) {
  const auto key = node_.find(person.email);
  if (!key) return;
  EXPECT_EQ(key->record, person.key->record);
  const auto shown = node_.read_masked(*key);
  if (shown) {
    EXPECT_NE(shown->find(masked(*person.states.begin())), std::string::npos);
  }
}

}  // namespace velum
