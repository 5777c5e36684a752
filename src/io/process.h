#pragma once
// What this process asks the kernel for itself: the first two once, before it holds anything.

#include <cstddef>

#include "base/result.h"

namespace velum {

// Its memory holds keys and people: no core dump, and no other process of the same user may attach
// to it or read it in /proc. Ends the process if the kernel refuses.
void keep_memory_private();

// A connection is a file: takes as many as the hard limit lets it.
void allow_many_files();
// How many it may have open at once now.
std::size_t files_max();

// What top, perf and a debugger call the calling thread. At most 15 letters.
void name_this_thread(Literal name);

}  // namespace velum
