#pragma once
// A life of a store: operations at random, each done by the engine and by the model, and their
// answers compared. It ends with the first difference.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "test/fault/sim_node.h"
#include "test/model/check_all.h"
#include "test/model/documents.h"
#include "test/model/model.h"

namespace velum::model {

struct LifeCounts {
  std::uint64_t operations = 0;
  std::uint64_t done = 0;  // Not refused.
  std::uint64_t conversions = 0;
  std::uint64_t erased = 0;
  std::uint64_t expired = 0;  // People.
  std::uint64_t restarts = 0;

  LifeCounts& operator+=(const LifeCounts& other);
};

class Life {
 public:
  explicit Life(std::uint64_t seed);

  void run(int operations);
  // The operations that led to the first difference, and that. Empty: there is none.
  std::string report() const;
  const LifeCounts& counts();

 private:
  // How it goes in this life.
  struct Habits {
    std::size_t ttl_percent = 0;
    bool sweeps = false;
    bool crowded = false;  // Nearly everything hangs on one person.
  };
  struct Line {
    std::optional<std::size_t> person;  // None: it may concern anybody.
    std::string text;
  };

  void step();
  void create(EntityId entity);
  void create_part(Person& person);
  void patch(Person& person, Record& record);
  void put_purchase_info(Person& person);
  void remove(Person& person, Record& record);
  void convert(Person& person);
  void erase();
  void change_schema();
  void pass_time();
  void sweep();
  void prune();
  Instant settled() const;
  void restart();

  Person* somebody();
  Person* somebody_to_convert(Person* otherwise);
  Record& something_of(Person& person);
  Options options_for(const Record* record);
  static WriteOptions as_write(const Options& options);
  Ticks until_about_an_end();
  std::string adopt_parts(Person& person);
  std::string adopt(Person& person, EntityId entity);
  void start();
  void say(const Person* person, std::string text);
  // Is there a first difference now?
  bool differs(const Person* person, const std::string& different);
  void settle(Person& person, const std::string& different, bool done);

  Choices choices_;
  Documents documents_;
  Habits habits_;
  Instant started_;                    // Of this process,
  std::optional<Instant> saved_;       // which found this,
  std::optional<Instant> last_saved_;  // and that since.
  SimDisk disk_;
  Model model_;
  std::unique_ptr<SimNode> node_;
  std::vector<Line> script_;
  std::optional<Line> difference_;
  LifeCounts counts_;
};

}  // namespace velum::model
