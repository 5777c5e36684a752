#include "test/sim/people.h"

#include <algorithm>
#include <utility>

namespace velum {

bool Person::can_be_there() const {
  return states.size() > 1 || !states.contains(std::nullopt);
}
bool Person::is_there() const {
  return !states.contains(std::nullopt);
}

Person& People::add(std::string email) {
  people_.emplace_back();
  people_.back().email = std::move(email);
  return people_.back();
}

Person* People::holder(std::string_view email) {
  const auto found = std::find_if(people_.rbegin(), people_.rend(),
                                  [email](const Person& person) { return person.email == email; });
  return found == people_.rend() ? nullptr : &*found;
}

void People::expire(Instant now) {
  for (Person& person : people_) {
    if (person.expires_at && *person.expires_at <= now) person.states = {std::nullopt};
  }
}

void People::now_possible(const Person& person, const PersonStates& states) {
  for (Read* read : reads_) {
    if (&read->person_ == &person) read->possible_.insert(states.begin(), states.end());
  }
}

People::Write::Write(People& people, Person& person, PersonStates outcomes)
    : people_(people), person_(person), before_(person.states), outcomes_(std::move(outcomes)) {
  person_.busy = true;
  person_.states.insert(outcomes_.begin(), outcomes_.end());
  people_.now_possible(person_, outcomes_);
}
People::Write::~Write() {
  person_.busy = false;
}
void People::Write::end(Ending ending) {
  if (ending == Ending::done) person_.states = outcomes_;
  if (ending == Ending::refused) person_.states = before_;
}

People::Read::Read(People& people, const Person& person)
    : people_(people), person_(person), possible_(person.states) {
  people_.reads_.insert(this);
}
People::Read::~Read() {
  people_.reads_.erase(this);
}

std::string masked(std::string_view name) {
  std::string shown(name.substr(0, 1));
  return shown.append(name.size() - shown.size(), '*');
}

}  // namespace velum
