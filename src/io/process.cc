#include "io/process.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <new>

#include "base/result.h"

namespace velum {
namespace {

// Not stdio, which may allocate. What an exception says is not told: it may be about a person.
[[noreturn]] void end_with(Literal line) {
  [[maybe_unused]] const auto told = ::write(STDERR_FILENO, line.view().data(), line.view().size());
  std::abort();  // As a bug does: whoever supervises the process sees that it did not mean to end.
}

}  // namespace

void end_out_of_memory() {
  end_with("velum: out of memory\n");
}

void end_rather_than_throw() {
  std::set_new_handler(end_out_of_memory);
  std::set_terminate([] { end_with("velum: ended by an exception\n"); });
}

void keep_memory_private() {
  constexpr rlimit none{0, 0};
  VELUM_CHECK(setrlimit(RLIMIT_CORE, &none) == 0);
  // The limit alone does not bind a kernel that pipes its dumps to a program.
  VELUM_CHECK(prctl(PR_SET_DUMPABLE, 0) == 0);
}

void allow_many_files() {
  rlimit files{};
  VELUM_CHECK(getrlimit(RLIMIT_NOFILE, &files) == 0);
  files.rlim_cur = files.rlim_max;
  VELUM_CHECK(setrlimit(RLIMIT_NOFILE, &files) == 0);
}

std::size_t files_max() {
  constexpr rlim_t unlimited = 1 << 20;  // The kernel's own bound on most systems.
  rlimit files{};
  VELUM_CHECK(getrlimit(RLIMIT_NOFILE, &files) == 0);
  return static_cast<std::size_t>(std::min(files.rlim_cur, unlimited));
}

void name_this_thread(Literal name) {
  VELUM_CHECK(name.view().size() <= 15);
  VELUM_CHECK(prctl(PR_SET_NAME, name.view().data()) == 0);
}

}  // namespace velum
