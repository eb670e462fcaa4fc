// The test cases of RFC 4231 section 4 whose keys fit into a block.
#include "common/keys/hmac_sha256.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "keys/hex.hpp"

namespace pt {
namespace {

using test::hex;

using Bytes = std::vector<std::uint8_t>;

Bytes bytes(std::string_view text) { return {text.begin(), text.end()}; }

TEST(HmacSha256, IsThatOfTheStandard) {
    EXPECT_EQ(hex(HmacSha256{Bytes(20, 0x0b)}({bytes("Hi There")})),
              "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    EXPECT_EQ(hex(HmacSha256{bytes("Jefe")}({bytes("what do ya want for nothing?")})),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(hex(HmacSha256{Bytes(20, 0xaa)}({Bytes(50, 0xdd)})),
              "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    Bytes counting;
    for (std::uint8_t byte = 1; byte <= 25; ++byte) {
        counting.push_back(byte);
    }
    EXPECT_EQ(hex(HmacSha256{counting}({Bytes(50, 0xcd)})),
              "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
}

TEST(HmacSha256, PartsAreOneText) {
    const HmacSha256 hmac{bytes("Jefe")};
    const auto whole = hmac({bytes("what do ya want for nothing?")});
    EXPECT_EQ(hmac({bytes("what do ya "), bytes(""), bytes("want for nothing?")}), whole);
    EXPECT_EQ(hmac({bytes("what do ya want for nothing?")}), whole) << "a second time";
    EXPECT_NE(hmac({bytes("what do ya want for nothing!")}), whole);
}

TEST(HmacSha256, MayBeMoved) {
    HmacSha256 first{bytes("Jefe")};
    const auto digest = first({bytes("x")});
    HmacSha256 second{std::move(first)};
    EXPECT_EQ(second({bytes("x")}), digest);
    second = HmacSha256{bytes("other")};
    EXPECT_NE(second({bytes("x")}), digest);
}

}  // namespace
}  // namespace pt
