#include "test/model/lives.h"

#include <algorithm>
#include <utility>

#include "test/model/answers.h"

namespace velum::model {
namespace {

constexpr int operations_between_checks = 125;
constexpr Ticks a_call{1000};  // What SimNode::run() lets pass.

}  // namespace

LifeCounts& LifeCounts::operator+=(const LifeCounts& other) {
  operations += other.operations;
  done += other.done;
  conversions += other.conversions;
  erased += other.erased;
  expired += other.expired;
  restarts += other.restarts;
  return *this;
}

Life::Life(std::uint64_t seed)
    : choices_(seed), documents_(choices_), disk_(seed), model_(disk_.clock) {
  habits_.ttl_percent = choices_.one_of(std::vector<std::size_t>{0, 20, 20, 60});
  habits_.crowded = choices_.one_in(10);
  habits_.sweeps = choices_.one_in(2);
  start();
}

void Life::start() {
  SimNodeOptions options;
  options.append_timeout = std::chrono::minutes(1);
  started_ = disk_.clock.now();
  saved_ = last_saved_;
  node_ = std::make_unique<SimNode>(disk_, options);
  const auto started = node_->start();
  EXPECT_TRUE(started);
}

void Life::say(const Person* person, std::string text) {
  script_.push_back({person == nullptr ? std::nullopt : std::optional(person->number),
                     std::to_string(counts_.operations) + ": " + std::move(text)});
}

bool Life::differs(const Person* person, const std::string& different) {
  if (!difference_ && !different.empty()) {
    difference_ = Line{person == nullptr ? std::nullopt : std::optional(person->number), different};
  }
  return difference_.has_value();
}

void Life::settle(Person& person, const std::string& different, bool done) {
  counts_.done += done;
  if (differs(&person, different)) return;
  differs(&person, Checks(*node_, model_, choices_).person(person));
}

std::string Life::report() const {
  if (!difference_) return "";
  std::string text;
  for (const Line& line : script_) {
    const bool concerns =
        !line.person || !difference_->person || line.person == difference_->person;
    if (concerns) text += line.text + "\n";
  }
  return text + "difference: " + difference_->text;
}

const LifeCounts& Life::counts() {
  counts_.expired = 0;
  for (const Person& person : model_.people()) {
    counts_.expired += !person.own.gone && !model_.is_there(person);
  }
  return counts_;
}

void Life::run(int operations) {
  for (int index = 1; index <= operations && !difference_; ++index) {
    ++counts_.operations;
    step();
    if (index % 25 == 0) static_cast<void>(node_->drain().has_value());
    if (index % 10 == 0 && habits_.sweeps) sweep();
    if (index % 15 == 0 && habits_.sweeps) prune();
    if (difference_ || index % operations_between_checks != 0) continue;
    Checks checks(*node_, model_, choices_);
    const std::string different = checks.everything();
    differs(checks.subject(), different);
  }
}

void Life::step() {
  const std::size_t dice = choices_.below(100);
  Person* const person = somebody();
  if (person == nullptr || dice < (habits_.crowded ? 4U : 12U)) return create(EntityId::profile);
  if (dice < (habits_.crowded ? 8U : 22U)) return create(EntityId::prospect);
  if (dice < (habits_.crowded ? 50U : 36U)) return create_part(*person);
  if (dice < 56) return patch(*person, person->own);
  if (dice < 66) return patch(*person, something_of(*person));
  if (dice < 73) return put_purchase_info(*person);
  if (dice < 77) return remove(*person, something_of(*person));
  if (dice < 80) return habits_.crowded ? void() : remove(*person, person->own);
  if (dice < 89) return convert(*somebody_to_convert(person));
  if (dice < 91) return erase();
  if (dice < 96) return pass_time();
  if (dice < 98) return change_schema();
  restart();
}

// Most often somebody who is there.
Person* Life::somebody() {
  std::vector<Person*> all;
  std::vector<Person*> there;
  for (Person& person : model_.people()) {
    all.push_back(&person);
    if (model_.is_there(person)) there.push_back(&person);
  }
  if (there.empty() || choices_.one_in(12)) return all.empty() ? nullptr : choices_.one_of(all);
  return habits_.crowded && !choices_.one_in(8) ? there.front() : choices_.one_of(there);
}

// Most often a prospect.
Person* Life::somebody_to_convert(Person* otherwise) {
  const std::vector<Person*> prospects = model_.prospects();
  if (prospects.empty() || choices_.one_in(3)) return otherwise;
  return choices_.one_of(prospects);
}

Record& Life::something_of(Person& person) {
  if (person.parts.empty()) return person.own;
  return *std::next(person.parts.begin(),
                    static_cast<std::ptrdiff_t>(choices_.below(person.parts.size())));
}

Options Life::options_for(const Record* record) {
  Options options;
  if (choices_.percent(habits_.ttl_percent)) {
    options.ttl_days = static_cast<std::uint32_t>(1 + choices_.below(12));
  }
  if (record != nullptr && choices_.one_in(6)) {
    options.if_match = choices_.one_of(record->versions).id;
  }
  return options;
}

void Life::erase() {
  const std::string email = documents_.email(choices_.below(Documents::emails));
  say(nullptr, "erase " + email);
  const auto answer = node_->erase(email);
  const ErasedCount expected = model_.erase(email);
  counts_.erased += expected.there;
  if (!answer) {
    differs(nullptr, "the erasure failed");
  } else if (*answer < expected.there + (habits_.sweeps ? 0 : expected.expired) ||
             *answer > expected.there + expected.expired) {
    // Of those who have expired a sweep may have left nothing to erase.
    differs(nullptr, "so many were erased: " + std::to_string(*answer) + ", the model says " +
                         std::to_string(expected.there) + " and " +
                         std::to_string(expected.expired) + " who had expired");
  }
  for (Person& person : model_.people()) {
    if (person.own.gone && !difference_) {
      differs(&person, Checks(*node_, model_, choices_).person(person));
    }
  }
}

void Life::sweep() {
  say(nullptr, "sweep");
  if (!node_->sweep()) differs(nullptr, "the sweep failed");
  last_saved_ = disk_.clock.now();
}

// For a day after a start a wall is not believed that has gone on since it was saved.
Instant Life::settled() const {
  const Instant now = disk_.clock.now();
  return saved_ && now - started_ < std::chrono::hours(24) ? std::min(now, *saved_) : now;
}

void Life::prune() {
  say(nullptr, "prune");
  if (!node_->prune()) differs(nullptr, "the pruner failed");
  model_.prune(settled());
}

// Such that the next call comes at the end of something's time, or a tick before or after.
Ticks Life::until_about_an_end() {
  std::vector<Ticks> ends;
  const auto add = [&](const Record& record) {
    if (record.expires_at && *record.expires_at > disk_.clock.now() + 2 * a_call) {
      ends.push_back(*record.expires_at - disk_.clock.now() - a_call);
    }
  };
  for (const Person& person : model_.people()) {
    add(person.own);
    const auto nickname = model_.end_of_nickname(person.own.versions.back());
    if (nickname && *nickname > disk_.clock.now() + 2 * a_call) {
      ends.push_back(*nickname - disk_.clock.now() - a_call);
    }
    for (const Record& part : person.parts) add(part);
  }
  if (ends.empty()) return std::chrono::hours(1);
  return choices_.one_of(ends) + Ticks(static_cast<std::int64_t>(choices_.below(3)) - 1);
}

void Life::pass_time() {
  Ticks time = std::chrono::hours(1 + choices_.below(30));
  if (choices_.one_in(2)) time = until_about_an_end();
  const Instant then = disk_.clock.now() + time + a_call;
  say(nullptr, "wait until " + to_text(then));
  disk_.clock.advance(time);
  for (Person& person : model_.people()) {
    const auto ends_now = [then](std::optional<Instant> end) {
      return end && *end <= then + a_call && *end >= then - a_call;
    };
    const bool is_shown = ends_now(person.own.expires_at) ||
                          ends_now(model_.end_of_nickname(person.own.versions.back())) ||
                          std::ranges::any_of(person.parts, [&ends_now](const Record& part) {
                            return ends_now(part.expires_at);
                          });
    if (!is_shown) continue;
    if (differs(&person, Checks(*node_, model_, choices_).person(person))) return;
  }
}

void Life::restart() {
  ++counts_.restarts;
  const bool crashes = choices_.one_in(2);
  say(nullptr, crashes ? "the power goes" : "restart");
  if (crashes) disk_.files.cut_power(disk_.random);
  node_.reset();
  disk_.files.power_on();
  start();
  Person* const person = somebody();
  if (person != nullptr) differs(person, Checks(*node_, model_, choices_).person(*person));
}

}  // namespace velum::model
