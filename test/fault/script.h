#pragma once
// Script: operations of one caller, chosen at random, and what was promised about each person at
// every moment of them.

#include <cstddef>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "test/fault/sim_node.h"

namespace velum {

inline const std::string is_gone = "gone";

// What may be true of one person. More than one state only while a call's outcome is not known.
struct Person {
  std::string email;
  std::set<std::string> states{is_gone};  // The firstName, or is_gone.
  std::optional<RecordKey> key;
  std::vector<VersionId> versions;  // Acknowledged.
  std::size_t unmasked = 0;
  bool erasing = false;  // May be gone only if the ledger says so.
  bool erased = false;
  std::uint64_t touched_at = 0;  // The greater, the later.
};

std::string body_of(const std::string& email, const std::string& name);
std::string masked(const std::string& name);

class Script {
 public:
  // `people` are those of an earlier script, whose node is no more.
  Script(SimNode& node, SeededRandom& random, std::vector<Person> people = {})
      : node_(node), random_(random), people_(std::move(people)), names_(1000 * people_.size()) {}

  // Finds out what came of operations whose outcome an earlier script did not learn.
  void settle();

  // One operation, and now and then the outbox or the trees' turn.
  void step();
  void run(int count);

  // What is promised now. Any thread: an operation that is under way may have happened or not.
  std::vector<Person> promised() const;
  std::size_t done() const { return done_; }

 private:
  Person* somebody();
  std::string new_name() { return "Name" + std::to_string(++names_); }
  template <typename T>
  bool note_write(const Result<T>& result);
  template <typename Change>
  void note(Person& person, Change change);

  void create();
  void patch(Person& person);
  void remove(Person& person);
  void erase(Person& person);
  void unmask(Person& person);
  void read(Person& person);

  SimNode& node_;
  SeededRandom& random_;
  mutable std::mutex mutex_;  // Of people_, which promised() reads from other threads.
  std::vector<Person> people_;
  std::size_t names_;
  std::uint64_t touches_ = 0;
  std::size_t done_ = 0;
  int steps_ = 0;
  bool store_failed_ = false;
};

}  // namespace velum
