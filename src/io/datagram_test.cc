#include "io/datagram.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>

#include "io/unique_fd.h"

namespace velum {
namespace {

TEST(Datagram, ArrivesOrFailsAtOnce) {
  const std::string path = testing::TempDir() + "datagram-" + std::to_string(::getpid());
  EXPECT_FALSE(send_datagram(path, "nobody is there"));
  EXPECT_FALSE(send_datagram("", "nowhere"));
  EXPECT_FALSE(send_datagram(std::string(200, 'x'), "too long a path"));
  const UniqueFd receiver(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(receiver.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  ASSERT_TRUE(send_datagram(path, "a line"));
  char got[100];
  ASSERT_EQ(::recv(receiver.get(), got, sizeof(got), 0), 6);
  EXPECT_EQ(std::string_view(got, 6), "a line");
  bool failed = false;  // When nobody reads.
  for (int count = 0; count < 100'000 && !failed; ++count) failed = !send_datagram(path, "more");
  EXPECT_TRUE(failed);
  ::unlink(path.c_str());
}

}  // namespace
}  // namespace velum
