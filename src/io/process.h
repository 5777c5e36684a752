#pragma once
// What this process asks the kernel for itself, once, before it holds anything.

#include <cstddef>

namespace velum {

// Its memory holds keys and people: no core dump, and no other process of the same user may attach
// to it or read it in /proc. Ends the process if the kernel refuses.
void keep_memory_private();

// A connection is a file: takes as many as the hard limit lets it.
void allow_many_files();
// How many it may have open at once now.
std::size_t files_max();

}  // namespace velum
