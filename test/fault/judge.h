#pragma once
// The judge: holds a store that was opened again against what was promised.

#include <string>
#include <vector>

#include "test/fault/script.h"

namespace velum {

// Every promise about one person.
void judge(SimNode& node, const Person& person);

// The log as offline verification sees it: nothing acknowledged is missing, and nothing is there
// twice. What waits in the outbox must have been moved.
void judge_log(SimFileSystem& files, const std::vector<Person>& people);

}  // namespace velum
