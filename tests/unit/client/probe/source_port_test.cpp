#include "client/probe/source_port.hpp"

#include <gtest/gtest.h>

namespace pt::client {
namespace {

constexpr std::string_view head = "  sl  local_address rem_address   st tx_queue rx_queue\n";
constexpr std::string_view listening = "   0: 00000000:46A0 00000000:0000 0A 0\n";
constexpr std::string_view time_wait = "   1: 0100007F:46A0 0100007F:D431 06 0\n";
constexpr std::string_view established = "   2: 0100007F:46A0 0100007F:D432 01 0\n";
constexpr Port port{0x46A0};

bool free_soon(std::initializer_list<std::string_view> lines) {
    std::string text{head};
    for (const auto line : lines) {
        text += line;
    }
    return comes_free(text, port);
}

TEST(ComesFree, WhereOnlyEndingConnectionsKeepThePort) {
    EXPECT_TRUE(free_soon({time_wait}));
    EXPECT_TRUE(free_soon({established, time_wait}));
    EXPECT_TRUE(free_soon({head,
                           "0: 00000000000000000000000001000000:46A0 "
                           "00000000000000000000000001000000:0001 04 0\n"}));
}

TEST(ComesFree, NotWhereAnotherListensOrNothingShows) {
    EXPECT_FALSE(free_soon({time_wait, listening}));
    EXPECT_FALSE(free_soon({listening}));
    EXPECT_FALSE(free_soon({established}));
    EXPECT_FALSE(free_soon({})) << "bound, and not listening: no line of the table";
    EXPECT_FALSE(free_soon({"   1: 0100007F:46A1 0100007F:46A0 06 0\n"})) << "the other end's port";
    EXPECT_FALSE(free_soon({"\n1:\n1: 46A0 0 06\n1: : 0 06\n1: 0:XY 0 06\n1: 0:146A0 0 06\n"}));
}

}  // namespace
}  // namespace pt::client
