#pragma once
// Rita, a prospect with everything that a conversion makes records of, and how she is judged: she
// is the whole prospect, the whole profile, or gone with all that was hers.

#include <string>
#include <vector>

#include "test/fault/sim_node.h"

namespace velum {

enum class Being : std::uint8_t { prospect, profile, gone };

class Rita {
 public:
  static constexpr const char* email = "rita@example.com";

  explicit Rita(SimNode& node);

  const RecordKey& key() const { return key_; }
  // What she is. Half of anything fails the test.
  Being judge(SimNode& node) const;
  // The same of who may have been given another `lastName` on the way.
  Being judge(SimNode& node, const std::string& last_name) const;

 private:
  void judge_prospect(SimNode& node) const;
  void judge_profile(SimNode& node) const;
  void judge_gone(SimNode& node) const;

  RecordKey key_;
  VersionId first_;
};

}  // namespace velum
