// Masked reads with a cache, held against a model that has none: whatever was changed, deleted,
// erased or has expired, on whichever loop, is what the next read shows on every loop.

#include <gtest/gtest.h>

#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "test/fault/sim_node.h"

namespace velum::cache_model_test {
namespace {

struct Known {
  RecordKey key;
  std::string email;
  std::string name;
  std::optional<Instant> expires_at;
  bool gone = false;
};

class Model {
 public:
  explicit Model(std::uint64_t seed) : disk_(seed), choices_(seed), node_(disk_) {
    EXPECT_TRUE(node_.start());
  }

  void step() {
    const std::uint64_t dice = below(100);
    if (people_.empty() || dice < 8) return create();
    Known& person = people_[below(people_.size())];
    if (dice < 20) return patch(person);
    if (dice < 23) return remove(person);
    if (dice < 25) return erase(person);
    if (dice < 27) disk_.clock.advance(std::chrono::hours(below(30)));
    read(person);
  }
  std::uint64_t hits() const { return node_.cache_hits(); }
  std::uint64_t shown() const { return shown_; }

 private:
  std::uint64_t below(std::uint64_t limit) {
    std::array<std::uint8_t, 8> bytes{};
    choices_.fill(bytes);
    return read_u64be(bytes) % limit;
  }
  bool is_there(const Known& person) const {
    return !person.gone && (!person.expires_at || *person.expires_at > disk_.clock.now());
  }

  void create() {
    Known person;
    person.email = std::to_string(people_.size()) + "@example.com";
    person.name = "N" + std::to_string(++names_);
    const std::string body =
        R"({"email":")" + person.email + R"(","gender":")" + person.name + "\"}";
    const auto made = below(3) == 0 ? node_.create_for_days(body, 1) : node_.create(body);
    ASSERT_TRUE(made);
    person.key = SimNode::key_of(*made);
    person.expires_at = made->expires_at;
    people_.push_back(std::move(person));
  }
  void patch(Known& person) {
    const std::string name = "N" + std::to_string(++names_);
    const bool done = node_.patch(person.key, R"({"gender":")" + name + "\"}").has_value();
    EXPECT_EQ(done, is_there(person));
    if (done) person.name = name;
  }
  void remove(Known& person) {
    EXPECT_EQ(node_.remove(person.key).has_value(), is_there(person));
    person.gone = true;
  }
  void erase(Known& person) {
    EXPECT_TRUE(node_.erase(person.email));
    person.gone = true;
  }
  // On both loops, and twice, so that the cache answers too.
  void read(const Known& person) {
    for (int time = 0; time < 2; ++time) {
      for (const auto& document :
           {node_.read_masked(person.key), node_.read_masked_elsewhere(person.key)}) {
        EXPECT_EQ(document.has_value(), is_there(person));
        if (!document) continue;
        // A field that is not masked tells the versions apart.
        EXPECT_NE(document->find(R"("gender":")" + person.name + "\""), std::string::npos);
        ++shown_;
      }
    }
  }

  SimDisk disk_;
  SeededRandom choices_;
  SimNode node_;
  std::vector<Known> people_;
  std::size_t names_ = 0;
  std::uint64_t shown_ = 0;
};

TEST(MaskedCacheModel, EveryReadShowsWhatIsThere) {
  std::uint64_t shown = 0;
  std::uint64_t hits = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Model model(seed);
    for (int step = 0; step < 400 && !testing::Test::HasFailure(); ++step) model.step();
    shown += model.shown();
    hits += model.hits();
  }
  std::cout << "figure cache model: " << shown << " reads shown, " << hits << " from a cache\n";
  EXPECT_GT(shown, 10'000U);
  EXPECT_GT(hits, shown / 8);
}

}  // namespace
}  // namespace velum::cache_model_test
