// What clients read, and what it may show.

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "test/sim/clients.h"
#include "test/sim/shown.h"

namespace velum {
namespace {

const std::string reason = "reason=a+simulated+call";

bool reveals(Deed deed) {
  return deed == Deed::unmask || deed == Deed::unmask_by_email || deed == Deed::unmask_version;
}
bool is_by_email(Deed deed) {
  return deed == Deed::read_by_email || deed == Deed::unmask_by_email;
}

Names as_shown(Deed deed, const Names& names) {
  return reveals(deed) ? names : Names{masked(names.first), masked(names.last)};
}

SimRequest request_for(Deed deed, const Person& person) {
  std::string target = is_by_email(deed) ? "/" + person.email : "/" + *person.id;
  if (reveals(deed)) target += "/unmask?" + reason;
  if (is_by_email(deed))
    target += reveals(deed) ? "&alternativeKey=email" : "?alternativeKey=email";
  return {"GET", std::move(target), "", ""};
}

}  // namespace

void Clients::expect_refused_reveal(const SimAnswer& answer, Trouble trouble) {
  EXPECT_TRUE(answer.status == 503 || trouble.disk) << answer.status;
  EXPECT_NE(answer.status, 200) << "a reveal that nobody recorded";
  reveals_refused_ += answer.status == 503;
}

Task<void> Clients::look(Session& session, Deed deed, Person& person) {
  if (deed == Deed::read_version || deed == Deed::unmask_version) {
    co_return co_await look_at_old(session, deed, person);
  }
  People::Read read(people_, person);
  const bool was_holder = people_.holder(person.email) == &person;
  if (is_by_email(deed) && !was_holder) co_return;
  SimRequest request = request_for(deed, person);
  const Answer answer = co_await ask(session, std::move(request));
  if (answer && session.trouble.audit && reveals(deed)) {
    expect_refused_reveal(*answer, session.trouble);
    co_return;
  }
  if (excused(answer, session.trouble)) co_return;
  // Meanwhile the e-mail may have become another's.
  if (is_by_email(deed) && people_.holder(person.email) != &person) co_return;
  if (answer->status == 404) {
    EXPECT_TRUE(read.possible().contains(std::nullopt)) << "who is there was not found";
    co_return;
  }
  const auto shown = Shown::of(answer->body);
  EXPECT_TRUE(answer->status == 200 && shown) << answer->status << answer->body;
  if (answer->status != 200 || !shown) co_return;
  const bool right = std::any_of(
      read.possible().begin(), read.possible().end(),
      [&](const PersonState& state) { return state && as_shown(deed, *state) == shown->names; });
  EXPECT_TRUE(right) << answer->body;
  EXPECT_EQ(shown->email == person.email, reveals(deed));
  if (person.id) {
    EXPECT_EQ(shown->id, *person.id);
  }
  if (is_by_email(deed)) person.id = shown->id;
  person.reveals += reveals(deed);
}

Task<void> Clients::look_at_old(Session& session, Deed deed, Person& person) {
  if (person.versions.empty()) co_return;
  const auto chosen = std::next(person.versions.begin(),
                                static_cast<std::ptrdiff_t>(below(person.versions.size())));
  const auto [version, names] = *chosen;
  std::string target = "/" + *person.id + "/versions/" + version;
  if (reveals(deed)) target += "/unmask?" + reason;
  People::Read read(people_, person);
  SimRequest request{"GET", std::move(target), "", ""};
  const Answer answer = co_await ask(session, std::move(request));
  if (answer && session.trouble.audit && reveals(deed)) {
    expect_refused_reveal(*answer, session.trouble);
    co_return;
  }
  if (excused(answer, session.trouble)) co_return;
  if (answer->status == 404) {
    EXPECT_TRUE(read.possible().contains(std::nullopt)) << "an old version was not found";
    co_return;
  }
  const auto shown = Shown::of(answer->body);
  EXPECT_TRUE(answer->status == 200 && shown) << answer->status << answer->body;
  if (answer->status != 200 || !shown) co_return;
  EXPECT_EQ(shown->version, version);
  EXPECT_TRUE(shown->names == as_shown(deed, names)) << answer->body;
  EXPECT_NE(read.possible(), PersonStates{std::nullopt}) << "a version of who is gone";
  person.reveals += reveals(deed);
}

Task<void> Clients::list_versions(Session& session) {
  Person* person = somebody(Purpose::read);
  if (person == nullptr) co_return;
  const auto known = person->versions;
  People::Read read(people_, *person);
  SimRequest request{"GET", "/" + *person->id + "/versions?limit=100", "", ""};
  const Answer answer = co_await ask(session, std::move(request));
  if (excused(answer, session.trouble)) co_return;
  if (answer->status == 404) {
    EXPECT_TRUE(read.possible().contains(std::nullopt)) << "who is there has no versions";
    co_return;
  }
  EXPECT_EQ(answer->status, 200) << answer->body;
  for (const auto& [version, names] : known) {
    EXPECT_NE(answer->body.find(version), std::string::npos) << "a version is not listed";
  }
}

Task<void> Clients::be_refused(Session& session) {
  Person* person = somebody(Purpose::read);
  if (person == nullptr) co_return;
  const std::string own = "/" + *person->id;
  const std::string wrong_key =
      "X-VTEX-API-AppKey: " + machine_.app_key +
      "\r\nX-VTEX-API-AppToken: " + std::string(machine_.app_token.size(), 'A') + "\r\n";
  struct Case {
    SimRequest request;
    int status;
  };
  const std::array<Case, 5> cases{{
      {{"GET", own + "/unmask", "", ""}, 400},
      {{"GET", own + "/unmask?" + reason, wrong_key, ""}, 401},
      {{"GET", "/22222222-2222-4222-8222-222222222222", "", ""}, 404},
      {{"POST", "", "", R"({"email":"x@example.com","firstName":)"}, 400},
      {{"BREW", own, "", ""}, 405},
  }};
  const Case& chosen = cases[below(cases.size())];
  const Answer answer = co_await ask(session, chosen.request);
  if (excused(answer, session.trouble)) co_return;
  EXPECT_TRUE(answer->status == chosen.status || (chosen.status == 400 && answer->status == 404))
      << chosen.request.method << " " << answer->status;
  for (const PersonState& state : person->states) {
    if (state) {
      EXPECT_EQ(answer->body.find(state->first), std::string::npos);
    }
  }
}

// What is asked here also settles in which of its possible states a person is.
Task<void> Clients::judge(Session& session, Person& person) {
  SCOPED_TRACE(person.email);
  if (people_.holder(person.email) == &person) {
    co_await look(session, Deed::read_by_email, person);
  }
  if (!person.id) {
    person.states = {std::nullopt};  // No e-mail leads to it, and nobody was told its id.
    co_return;
  }
  const std::size_t reveals_before = person.reveals;
  SimRequest request = request_for(Deed::unmask, person);
  const Answer answer = co_await ask(session, std::move(request));
  const auto shown = answer ? Shown::of(answer->body) : std::nullopt;
  if (!answer || (answer->status != 404 && !(answer->status == 200 && shown))) {
    ADD_FAILURE() << "no answer about a person: " << (answer ? answer->status : 0);
    co_return;
  }
  const PersonState found = answer->status == 404 ? PersonState() : PersonState(shown->names);
  EXPECT_TRUE(person.states.contains(found)) << answer->body;
  EXPECT_FALSE(found && person.erased) << "an erased person is back";
  if (found) person.reveals = reveals_before + 1;
  if (found && person.latest_version) {
    EXPECT_EQ(shown->version, *person.latest_version);
  }
  if (found) person.latest_version = shown->version;
  if (found) person.versions.emplace(shown->version, shown->names);
  person.states = {found};
  co_await look(session, Deed::read, person);
  co_await look_at_old(session, Deed::unmask_version, person);
}

}  // namespace velum
