#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "io/input.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace velum {
namespace {

class DescriptorInput final : public Input {
 public:
  DescriptorInput(UniqueFd fd, std::string path) : fd_(std::move(fd)), path_(std::move(path)) {}

  Result<std::size_t> read_some(std::span<char> out) override {
    ssize_t count = 0;
    do {
      count = ::read(fd_.get(), out.data(), out.size());
    } while (count < 0 && errno == EINTR);
    if (count < 0) return system_error(errno, "cannot read the file", path_);
    return static_cast<std::size_t>(count);
  }

  std::optional<std::uint64_t> size_bytes() const override {
    struct stat status {};
    if (::fstat(fd_.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return static_cast<std::uint64_t>(status.st_size);
  }

 private:
  UniqueFd fd_;
  std::string path_;
};

}  // namespace

Result<std::unique_ptr<Input>> open_input(const std::string& path) {
  // A copy of standard input, so that closing this one closes nothing else.
  UniqueFd fd(path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0)
                          : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return system_error(errno, "cannot open the file", path);
  return std::unique_ptr<Input>(std::make_unique<DescriptorInput>(std::move(fd), path));
}

}  // namespace velum
