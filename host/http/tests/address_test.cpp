// Which network an address lies in: the table that keeps plugins out of the local one.
#include "host/http/address.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <cstring>

namespace outrigger::host {
namespace {

const char* word(Network network) {
  switch (network) {
    case Network::kPublic: return "public";
    case Network::kPrivate: return "private";
    case Network::kMachine: return "machine";
    case Network::kNone: return "none";
  }
  return "?";
}

struct Known {
  const char* address;
  const char* network;
};

class AddressTest : public testing::TestWithParam<Known> {};

TEST_P(AddressTest, IsOfItsNetwork) {
  const Known& known = GetParam();
  const std::optional<Network> as_text = network_of(known.address);
  ASSERT_TRUE(as_text) << known.address;
  EXPECT_STREQ(word(*as_text), known.network) << known.address;
  // The form in which libcurl hands it over when it opens a socket.
  sockaddr_storage storage{};
  auto& address = reinterpret_cast<sockaddr&>(storage);
  if (std::strchr(known.address, ':') == nullptr) {
    storage.ss_family = AF_INET;
    ASSERT_EQ(inet_pton(AF_INET, known.address, &reinterpret_cast<sockaddr_in&>(storage).sin_addr), 1);
  } else {
    storage.ss_family = AF_INET6;
    ASSERT_EQ(inet_pton(AF_INET6, known.address, &reinterpret_cast<sockaddr_in6&>(storage).sin6_addr), 1);
  }
  EXPECT_STREQ(word(network_of(address)), known.network) << known.address;
  EXPECT_EQ(network_of(text_of(address)), network_of(address)) << known.address;
}

constexpr Known kTable[] = {
    {"8.8.8.8", "public"},
    {"1.1.1.1", "public"},
    {"93.184.216.34", "public"},
    {"9.255.255.255", "public"},
    {"11.0.0.0", "public"},
    {"100.63.255.255", "public"},
    {"100.128.0.0", "public"},
    {"126.255.255.255", "public"},
    {"128.0.0.0", "public"},
    {"169.253.255.255", "public"},
    {"169.255.0.0", "public"},
    {"172.15.255.255", "public"},
    {"172.32.0.0", "public"},
    {"192.0.1.0", "public"},
    {"192.167.255.255", "public"},
    {"192.169.0.0", "public"},
    {"198.17.255.255", "public"},
    {"198.20.0.0", "public"},
    {"223.255.255.255", "public"},
    {"10.0.0.0", "private"},
    {"10.255.255.255", "private"},
    {"100.64.0.1", "private"},
    {"100.127.255.255", "private"},
    {"127.0.0.1", "private"},
    {"127.255.255.254", "private"},
    {"172.16.0.1", "private"},
    {"172.31.255.255", "private"},
    {"192.168.0.1", "private"},
    {"192.168.255.255", "private"},
    {"198.18.0.1", "private"},
    {"198.19.255.255", "private"},
    {"169.254.0.1", "machine"},
    {"169.254.169.254", "machine"},
    {"169.254.255.255", "machine"},
    {"100.100.100.200", "machine"},
    {"168.63.129.16", "machine"},
    {"192.0.0.192", "machine"},
    {"0.0.0.0", "none"},
    {"0.1.2.3", "none"},
    {"192.0.0.1", "none"},
    {"192.0.2.1", "none"},
    {"198.51.100.1", "none"},
    {"203.0.113.1", "none"},
    {"224.0.0.1", "none"},
    {"239.255.255.250", "none"},
    {"240.0.0.1", "none"},
    {"255.255.255.255", "none"},
    {"2606:4700:4700::1111", "public"},
    {"2001:4860:4860::8888", "public"},
    {"2001:200::1", "public"},
    {"2a00:1450:4001::200e", "public"},
    {"3ffe::1", "public"},
    {"::1", "private"},
    {"fc00::1", "private"},
    {"fd12:3456:789a::1", "private"},
    {"fdff:ffff::1", "private"},
    {"fec0::1", "private"},
    {"fe80::1", "machine"},
    {"febf::1", "machine"},
    {"fd00:ec2::254", "machine"},
    {"::", "none"},
    {"::2", "none"},
    {"::127.0.0.1", "none"},
    {"::8.8.8.8", "none"},
    {"ff02::1", "none"},
    {"ff0e::1", "none"},
    {"2001:db8::1", "none"},
    {"3fff::1", "none"},
    {"2001::1", "none"},
    {"2001:0:4136:e378:8000:63bf:3fff:fdd2", "none"},
    {"100::1", "none"},
    {"4000::1", "none"},
    {"5f00::1", "none"},
    {"::ffff:8.8.8.8", "public"},
    {"::ffff:127.0.0.1", "private"},
    {"::ffff:10.1.2.3", "private"},
    {"::ffff:169.254.169.254", "machine"},
    {"::ffff:0.0.0.0", "none"},
    {"::ffff:0:127.0.0.1", "private"},
    {"64:ff9b::8.8.8.8", "public"},
    {"64:ff9b::127.0.0.1", "private"},
    {"64:ff9b::a9fe:a9fe", "machine"},
    {"64:ff9b:1::1", "machine"},
    {"64:ff9b:2::1", "none"},
    {"2002:808:808::1", "public"},
    {"2002:7f00:1::1", "private"},
    {"2002:c0a8:101::1", "private"},
    {"2002:a9fe:a9fe::1", "machine"},
};

INSTANTIATE_TEST_SUITE_P(Table, AddressTest, testing::ValuesIn(kTable),
                         [](const auto& given) { return std::to_string(given.index); });

TEST(Address, BracketsAndZonesAreReadAndNamesAreNone) {
  EXPECT_EQ(network_of("[::1]"), Network::kPrivate);
  EXPECT_EQ(network_of("fe80::1%eth0"), Network::kMachine);
  for (const char* name : {"", "localhost", "127.1", "0x7f.0.0.1", "1.2.3.4.5", "[", "[]", "example.com"})
    EXPECT_EQ(network_of(name), std::nullopt) << name;
}

TEST(Address, AnotherFamilyIsNoHostOfTheWeb) {
  sockaddr address{};
  address.sa_family = AF_UNIX;
  EXPECT_EQ(network_of(address), Network::kNone);
}

TEST(Address, AGrantOfPrivateNetworksDoesNotReachTheMachinesCredentialsByName) {
  for (const bool inside : {false, true})
    for (const bool literal : {false, true}) {
      const Reach reach{inside, literal};
      EXPECT_TRUE(reach.allows(Network::kPublic));
      EXPECT_EQ(reach.allows(Network::kPrivate), inside);
      EXPECT_EQ(reach.allows(Network::kMachine), inside && literal);
      EXPECT_FALSE(reach.allows(Network::kNone));
    }
}

TEST(Address, NamesThatAreLocalByTheirForm) {
  for (const char* name : {"localhost", "printer", "nas.local", "metadata.google.internal", "a.localhost", "x.lan",
                           "box.home.arpa", "localhost.", "localhost.localdomain"})
    EXPECT_TRUE(is_local_name(name)) << name;
  for (const char* name : {"example.com", "notlocal.com", "local.example", "a.lan.example"})
    EXPECT_FALSE(is_local_name(name)) << name;
}

}  // namespace
}  // namespace outrigger::host
