#pragma once
// The judge: an in-memory model of who is in the store and what was promised to whom.
//
// A person is in one state once the outcome of every request about them is known, and in one of
// several while it is not: a connection broke, a disk failed, a request is on its way. A read is
// right if it shows a state that was possible at some moment between its start and its end.

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace velum {

struct Names {
  std::string
      first;         // Each is used once in a simulation, so that a search for it proves something.
  std::string last;  // Empty: there is none.

  auto operator<=>(const Names&) const = default;
};

// nullopt: nobody is there.
using PersonState = std::optional<Names>;
using PersonStates = std::set<PersonState>;

struct Person {
  std::string email;
  PersonStates states{std::nullopt};
  std::optional<std::string> id;              // As soon as an answer has told it.
  std::map<std::string, Names> versions;      // Those whose id an answer has told.
  std::optional<std::string> latest_version;  // None while it is not known which it is.
  std::optional<Instant> expires_at;
  std::size_t reveals = 0;  // Answered, of the current version or of an old one.
  bool busy = false;        // Somebody writes: one at a time.
  bool erased = false;
  bool erasing =
      false;  // Begun, maybe; until the next start an e-mail may be neither found nor free.

  bool can_be_there() const;
  bool is_there() const;  // For certain.
};

class People {
 public:
  // References stay valid.
  Person& add(std::string email);
  std::deque<Person>& all() { return people_; }
  // Who had the e-mail last; nullptr if nobody ever did.
  Person* holder(std::string_view email);

  // A write begins that would make `outcomes` of the person; then what is known of how it ended.
  enum class Ending : std::uint8_t { done, refused, unknown };
  class Write {
   public:
    Write(People& people, Person& person, PersonStates outcomes);
    Write(const Write&) = delete;
    Write& operator=(const Write&) = delete;
    ~Write();
    void end(Ending ending);

   private:
    People& people_;
    Person& person_;
    PersonStates before_;
    PersonStates outcomes_;
  };
  // Collects the states that a read of the person may show.
  class Read {
   public:
    Read(People& people, const Person& person);
    Read(const Read&) = delete;
    Read& operator=(const Read&) = delete;
    ~Read();
    const PersonStates& possible() const { return possible_; }

   private:
    friend class People;
    People& people_;
    const Person& person_;
    PersonStates possible_;
  };

  // Nobody is there any more whose time is over.
  void expire(Instant now);

 private:
  void now_possible(const Person& person, const PersonStates& states);

  std::deque<Person> people_;
  std::set<Read*> reads_;
};

// What a masked read shows of a name of ASCII letters.
std::string masked(std::string_view name);

}  // namespace velum
