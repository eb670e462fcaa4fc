#include "server/app/account.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace pt::server {
namespace {

constexpr const char* passwd =
    "root:x:0:0:root:/root:/bin/bash\n"
    "broken line\n"
    "half:x:12\n"
    "none:x:4294967295:1::/:/bin/false\n"
    "+nis::::::\n"
    "nobody:x:65534:65533:nobody:/nonexistent:/usr/sbin/nologin\n"
    "77:x:78:79::/:/bin/false\n"
    "last:x:1000:1001::/:";

std::optional<Account> find(const char* name, const char* text = passwd) {
    std::istringstream stream{text};
    return find_account(stream, name);
}

TEST(FindAccount, ByNameOrNumber) {
    EXPECT_EQ(find("root"), (Account{"root", 0, 0}));
    EXPECT_EQ(find("nobody"), (Account{"nobody", 65534, 65533}));
    EXPECT_EQ(find("65534"), (Account{"nobody", 65534, 65533}));
    EXPECT_EQ(find("last"), (Account{"last", 1000, 1001}));
}

TEST(FindAccount, ANumberThatIsNotThereIsAGroupToo) {
    EXPECT_EQ(find("12345"), (Account{"12345", 12345, 12345}));
    EXPECT_EQ(find("4294967294", ""), (Account{"4294967294", 4294967294, 4294967294}));
}

TEST(FindAccount, ANameThatIsANumber) { EXPECT_EQ(find("77"), (Account{"77", 78, 79})); }

TEST(FindAccount, NothingElse) {
    for (const char* const name : {"", "x", "half", "none", "+nis", "broken line", "-1", "+0",
                                   "0x0", " 0", "4294967295", "4294967296", "root:x"}) {
        EXPECT_FALSE(find(name)) << name;
    }
}

TEST(UnprivilegedAccount, IsItsOwnIfThereIsOne) {
    const auto choose = [](const std::string& text) {
        std::istringstream stream{text};
        return unprivileged_account(stream);
    };
    EXPECT_EQ(choose(passwd), (Account{"nobody", 65534, 65533}));
    EXPECT_EQ(choose(std::string{passwd} + "\npt-server:x:990:991::/:"),
              (Account{"pt-server", 990, 991}));
    EXPECT_EQ(choose(""), (Account{"65534", 65534, 65534}));
    EXPECT_EQ(choose("nobody:x:0:0::/:"), (Account{"65534", 65534, 65534}));
}

}  // namespace
}  // namespace pt::server
