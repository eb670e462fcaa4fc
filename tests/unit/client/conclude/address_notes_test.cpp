#include "client/conclude/address_notes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "common/net/resolution.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Tested = AddressNotes::Tested;

std::vector<IpAddress> addresses(std::size_t count) {
    std::vector<IpAddress> all;
    for (std::size_t i = 1; i <= count; ++i) {
        all.push_back(address("192.0.2." + std::to_string(i)));
    }
    return all;
}

std::vector<std::string> host_notes(std::size_t count, Tested tested, const std::string& host) {
    AddressNotes notes;
    notes.add_host(host, addresses(count), tested);
    return notes.text({});
}

Result result_of(std::string_view ip) {
    auto result = closed_port(Protocol::tcp, 443);
    result.endpoint.address = address(ip);
    return result;
}

TEST(AddressNotes, NameTheAddressesThatWereNotTested) {
    EXPECT_THAT(host_notes(3, Tested::first, "db"),
                ElementsAre("db has 3 addresses, and only 192.0.2.1 was tested: --all-addresses "
                            "also tests 192.0.2.2, 192.0.2.3, and pt-client wait accepts any "
                            "of them"));
    EXPECT_THAT(host_notes(10, Tested::first, "db"),
                ElementsAre(HasSubstr("192.0.2.2, 192.0.2.3, 192.0.2.4, 192.0.2.5 and 5 more")));
    EXPECT_THAT(host_notes(net::max_addresses, Tested::first, "db"),
                ElementsAre(HasSubstr("db has 64 addresses or more")));
    EXPECT_THAT(
        host_notes(2, Tested::all_for_one, "db"),
        ElementsAre(HasSubstr("pt-client wait tests all of them and accepts the best result; "
                              "a scan tests only 192.0.2.1, unless --all-addresses")));
}

TEST(AddressNotes, AreNoneWhereAllWereTested) {
    EXPECT_THAT(host_notes(0, Tested::first, "db"), IsEmpty());
    EXPECT_THAT(host_notes(1, Tested::first, "db"), IsEmpty());
    EXPECT_THAT(host_notes(1, Tested::all_for_one, "db"), IsEmpty());
    EXPECT_THAT(host_notes(5, Tested::all, "db"), IsEmpty());
}

TEST(AddressNotes, AreFewAndPlainWhateverTheHosts) {
    AddressNotes notes;
    for (int i = 0; i < 100; ++i) {
        notes.add_host(hostile, addresses(2), Tested::first);
    }
    EXPECT_EQ(notes.text({}).size(), 5U);
    EXPECT_THAT(notes.text({}).back(), HasSubstr("96 more hosts"));
    for (const auto& note : notes.text({})) {
        EXPECT_TRUE(is_plain_text(note));
        EXPECT_LT(note.size(), 500U);
    }
}

TEST(AddressNotes, SayWhichAddressesAreOfThisHost) {
    AddressNotes notes;
    notes.add_result(result_of("192.0.2.1"));
    notes.add_result(result_of("192.0.2.2"));
    notes.add_result(result_of("127.0.0.1"));
    notes.add_result(result_of("::1"));
    notes.add_result(result_of("::"));
    EXPECT_EQ(notes.addresses(), (std::set{address("192.0.2.1"), address("192.0.2.2")}));
    EXPECT_THAT(notes.text({address("192.0.2.2"), address("192.0.2.9")}),
                ElementsAre("192.0.2.2 is an address of this host: no network was crossed, unless "
                            "NAT rules of this host redirect it"));
    EXPECT_THAT(notes.text({}), IsEmpty());
}

TEST(AddressNotes, ClaimNothingOfAnAddressThatWasTranslated) {
    AddressNotes notes;
    auto result = open_port(Protocol::tcp, 443);
    result.endpoint.address = address("192.0.2.2");
    result.seen->destination = socket_address("172.17.0.2", 443);
    notes.add_result(result);
    notes.add_result(result_of("192.0.2.2"));
    EXPECT_THAT(notes.text({address("192.0.2.2")}), IsEmpty());
}

TEST(AddressNotes, OfManyOwnAddressesOnlyAFewAreNamed) {
    AddressNotes notes;
    std::set<IpAddress> own;
    for (const auto& each : addresses(9)) {
        notes.add_result(result_of(each.to_string()));
        own.insert(each);
    }
    EXPECT_EQ(notes.text(own).size(), 5U);
    EXPECT_THAT(notes.text(own).back(), HasSubstr("5 more of the addresses are of this host"));
}

}  // namespace
}  // namespace pt::client
