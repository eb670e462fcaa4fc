#include "common/core/syn_mark.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace pt {
namespace {

TEST(SynMark, NoTwoPortsShareBoth) {
    std::set<std::pair<unsigned, unsigned>> pairs;
    for (std::uint32_t number = 0; number < port_count; ++number) {
        const Port port{static_cast<std::uint16_t>(number)};
        const unsigned odd = syn_mark(port, SynMarkKind::odd_attempt);
        const unsigned even = syn_mark(port, SynMarkKind::even_attempt);
        EXPECT_LT(even, syn_marks / 2);
        EXPECT_GE(odd, syn_marks / 2);
        EXPECT_LT(odd, syn_marks);
        pairs.emplace(odd, even);
    }
    EXPECT_EQ(pairs.size(), port_count);
}

TEST(SynMark, NeighboursDoNotShareThoseOfFirstAttempts) {
    std::set<unsigned> marks;
    for (std::uint16_t number = 8000; number < 8256; ++number) {
        marks.insert(syn_mark(Port{number}, SynMarkKind::odd_attempt));
    }
    EXPECT_EQ(marks.size(), 256U);
}

TEST(SynMark, FitsIntoWhatEveryPathCarries) {
    // IPv6 guarantees 1,280 bytes, of which two headers take 60.
    EXPECT_EQ(marked_mss(Port{443}, 1), 600 + 256 + 187);
    EXPECT_EQ(marked_mss(Port{443}, 3), marked_mss(Port{443}, 1));
    EXPECT_EQ(marked_mss(Port{443}, 2), 600 + (1 + 37 * 187) % 256);
    EXPECT_EQ(marked_mss(Port{255}, 1), 1111);
    EXPECT_EQ(marked_mss(Port{0}, 2), 600);
}

}  // namespace
}  // namespace pt
