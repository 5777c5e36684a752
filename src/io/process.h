#pragma once
// What this process asks for itself: the first three once, before it holds anything.

#include <cstddef>

#include "base/result.h"

namespace velum {

// Memory that `new` cannot get, and an exception that nobody catches, end it at once with a line on
// standard error that says nothing else, as a power cut would (docs/adr/0008).
void end_rather_than_throw();
[[noreturn]] void end_out_of_memory();  // For allocators that are not `new`.

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
