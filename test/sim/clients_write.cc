// What clients write, and what must come of it.

#include <gtest/gtest.h>

#include <utility>

#include "test/sim/clients.h"
#include "test/sim/shown.h"

namespace velum {
namespace {

using Ending = People::Ending;

std::string body_of(const std::string& email, const Names& names) {
  std::string body = R"({"email":")" + email + R"(","firstName":")" + names.first + '"';
  if (!names.last.empty()) body += R"(,"lastName":")" + names.last + '"';
  return body + "}";
}

// A version and what it holds are known together, or not at all.
void note_version(Person& person, const std::string& version) {
  person.latest_version = version;
  if (person.states.size() == 1 && person.is_there()) {
    person.versions[version] = **person.states.begin();
  }
}

}  // namespace

Task<void> Clients::create(Session& session, Deed deed) {
  const std::string email = some_email();
  Person* holder = people_.holder(email);
  if (holder != nullptr && (holder->busy || holder->erasing)) co_return;
  if (holder == nullptr || !holder->can_be_there()) {
    co_return co_await create_anew(session, deed, people_.add(email));
  }
  // Of somebody who may or may not be there, no answer would be wrong.
  if (holder->is_there()) co_await create_in_vain(session, *holder);
}

Task<void> Clients::create_anew(Session& session, Deed deed, Person& person) {
  const Names names = new_names();
  std::string target;
  if (chance(20)) {
    const auto days = static_cast<std::int64_t>(1 + below(3));
    target = "?ttl=" + std::to_string(days);
    person.expires_at = machine_.clock.now() + std::chrono::days(days);
  }
  const bool twice = deed == Deed::create_twice;
  const SimRequest request{
      "POST", target, twice ? "Idempotency-Key: key-of-" + names.first + "\r\n" : std::string(),
      body_of(person.email, names)};
  People::Write write(people_, person, {names});
  Answer answer = co_await ask(session, request);
  if (!answer && twice) answer = co_await ask(session, request);
  if (excused(answer, session.trouble)) co_return;
  EXPECT_EQ(answer->status, 201) << answer->body;
  if (answer->status != 201) co_return;
  write.end(Ending::done);
  const auto shown = Shown::of(answer->body);
  EXPECT_TRUE(shown && shown->names == names && shown->email == person.email) << answer->body;
  if (!shown) co_return;
  EXPECT_EQ(shown->expires_at, person.expires_at);
  person.id = shown->id;
  note_version(person, shown->version);
}

Task<void> Clients::create_in_vain(Session& session, Person& holder) {
  const Names names = new_names();
  People::Write nothing_changes(people_, holder, holder.states);
  const SimRequest request{"POST", "", "", body_of(holder.email, names)};
  const Answer answer = co_await ask(session, request);
  if (excused(answer, session.trouble)) co_return;
  EXPECT_EQ(answer->status, 409) << "two people with one e-mail";
  EXPECT_EQ(answer->body.find(holder.email), std::string::npos);
}

Task<void> Clients::patch(Session& session, Deed deed) {
  Person* person = somebody(Purpose::write);
  if (person == nullptr) co_return;
  const Names names = new_names();
  const bool takes_last_away = names.last.empty();
  PersonStates outcomes;
  for (const PersonState& state : person->states) {
    outcomes.insert(state ? PersonState(names) : std::nullopt);
  }
  SimRequest request{"PATCH", "/" + *person->id, "", R"({"firstName":")" + names.first + '"'};
  request.body +=
      takes_last_away ? R"(,"lastName":null})" : R"(,"lastName":")" + names.last + "\"}";
  if (deed == Deed::patch_that_version && person->latest_version) {
    request.headers = "If-Match: \"" + *person->latest_version + "\"\r\n";
  }
  const bool could_be_gone = person->states.contains(std::nullopt);
  People::Write write(people_, *person, outcomes);
  const std::optional<std::string> version = std::exchange(person->latest_version, std::nullopt);
  const Answer answer = co_await ask(session, std::move(request));
  if (excused(answer, session.trouble)) co_return;
  if (answer->status == 404) {
    EXPECT_TRUE(could_be_gone) << "who is there was not found";
    person->states = {std::nullopt};
    co_return;
  }
  EXPECT_EQ(answer->status, 200) << answer->body;
  if (answer->status != 200) co_return;
  write.end(Ending::done);
  person->states.erase(std::nullopt);
  EXPECT_FALSE(person->states.empty()) << "who is gone was changed";
  const auto shown = Shown::of(answer->body);
  EXPECT_TRUE(shown && shown->names == names) << answer->body;
  if (!shown) co_return;
  EXPECT_NE(shown->version, version.value_or(""));
  note_version(*person, shown->version);
}

Task<void> Clients::patch_wrongly(Session& session) {
  Person* person = somebody(Purpose::read);
  if (person == nullptr) co_return;
  std::string version = "33333333-3333-4333-8333-333333333333";
  for (const auto& [known, names] : person->versions) {
    // What was the latest may not be any more, but what was not never is.
    if (person->latest_version && known != *person->latest_version) version = known;
  }
  People::Read read(people_, *person);
  SimRequest request{"PATCH", "/" + *person->id, "If-Match: \"" + version + "\"\r\n",
                     R"({"firstName":"X"})"};
  const Answer answer = co_await ask(session, std::move(request));
  if (excused(answer, session.trouble)) co_return;
  EXPECT_TRUE(answer->status == 412 ||
              (answer->status == 404 && read.possible().contains(std::nullopt)))
      << answer->status << answer->body;
}

Task<void> Clients::remove(Session& session) {
  Person* person = somebody(Purpose::write);
  if (person == nullptr || !chance(40)) co_return;
  const bool could_be_gone = person->states.contains(std::nullopt);
  People::Write write(people_, *person, {std::nullopt});
  SimRequest request{"DELETE", "/" + *person->id, "", ""};
  const Answer answer = co_await ask(session, std::move(request));
  if (excused(answer, session.trouble)) co_return;
  EXPECT_TRUE(answer->status == 204 || (answer->status == 404 && could_be_gone)) << answer->status;
  write.end(Ending::done);
}

}  // namespace velum
