#include "io/public_address.h"

#include <gtest/gtest.h>

namespace velum::public_address_test {
namespace {

TEST(PublicAddressTest, OnlyTheInternetIsPublic) {
  struct Case {
    const char* address;
    bool is_public;
  };
  const Case cases[] = {
      {"1.1.1.1", true},
      {"9.255.255.255", true},
      {"11.0.0.0", true},
      {"100.63.255.255", true},
      {"100.128.0.0", true},
      {"172.15.255.255", true},
      {"172.32.0.0", true},
      {"192.167.255.255", true},
      {"223.255.255.255", true},
      {"2606:4700::1111", true},
      {"2001:4860:4860::8888", true},
      {"0.0.0.0", false},
      {"0.1.2.3", false},
      {"10.0.0.1", false},
      {"10.255.255.255", false},
      {"100.64.0.1", false},
      {"100.127.255.255", false},
      {"127.0.0.1", false},
      {"127.255.255.254", false},
      {"169.254.169.254", false},
      {"172.16.0.1", false},
      {"172.31.255.255", false},
      {"192.0.0.8", false},
      {"192.0.2.1", false},
      {"192.88.99.1", false},
      {"192.168.1.1", false},
      {"198.18.0.1", false},
      {"198.19.255.255", false},
      {"198.51.100.7", false},
      {"203.0.113.7", false},
      {"224.0.0.1", false},
      {"239.255.255.255", false},
      {"240.0.0.1", false},
      {"255.255.255.255", false},
      {"::", false},
      {"::1", false},
      {"fe80::1", false},
      {"fec0::1", false},
      {"fc00::1", false},
      {"fd12:3456::1", false},
      {"ff02::1", false},
      {"100::1", false},
      {"2001::1", false},
      {"2001:db8::1", false},
      {"3fff::1", false},
      {"fd00:ec2::254", false},
      // IPv4 in the dress of IPv6: mapped, compatible, NAT64, a NAT64 of one's own, 6to4, Teredo.
      {"::ffff:1.1.1.1", true},
      {"::ffff:127.0.0.1", false},
      {"::ffff:169.254.169.254", false},
      {"::127.0.0.1", false},
      {"::1.1.1.1", false},
      {"64:ff9b::1.1.1.1", true},
      {"64:ff9b::10.0.0.1", false},
      {"64:ff9b::169.254.169.254", false},
      {"64:ff9b:1::1.1.1.1", false},
      {"2002:7f00:1::1", false},
      {"2002:101:101::1", false},
      {"2001:0:7f00:1::1", false},
  };
  for (const Case& each : cases) {
    const auto address = IpAddress::parse(each.address);
    ASSERT_TRUE(address) << each.address;
    EXPECT_EQ(is_public(*address), each.is_public) << each.address;
  }
}

}  // namespace
}  // namespace velum::public_address_test
