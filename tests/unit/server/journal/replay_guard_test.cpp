#include "server/journal/replay_guard.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

Frame request(std::uint64_t session, std::uint32_t sequence, std::uint8_t attempt,
              std::uint64_t time) {
    Frame frame;
    frame.nonce = {session, sequence};
    frame.attempt = attempt;
    frame.client_time = time;
    return frame;
}

TEST(ReplayGuard, AcceptsEachAttemptOfASessionOnce) {
    ReplayGuard guard;
    EXPECT_TRUE(guard.accept(request(1, 5, 1, 10)));
    EXPECT_FALSE(guard.accept(request(1, 5, 1, 10)));
    EXPECT_TRUE(guard.accept(request(1, 5, 2, 20)));
    EXPECT_TRUE(guard.accept(request(2, 5, 1, 10))) << "another session's";
    EXPECT_TRUE(guard.accept(request(1, 4, 1, 5))) << "out of order";
    EXPECT_FALSE(guard.accept(request(1, 4, 1, 5)));
}

TEST(ReplayGuard, TakesNoCopyHoweverManyRequestsASessionSends) {
    ReplayGuard guard;
    constexpr std::uint32_t many = 5 * ReplayGuard::generation;
    for (std::uint32_t sequence = 1; sequence <= many; ++sequence) {
        ASSERT_TRUE(guard.accept(request(1, sequence, 1, sequence)));
    }
    for (std::uint32_t sequence = 1; sequence <= many; sequence += 997) {
        EXPECT_FALSE(guard.accept(request(1, sequence, 1, sequence))) << sequence;
    }
    EXPECT_TRUE(guard.accept(request(1, many - 1, 2, many + 1)));
}

TEST(ReplayGuard, MakesRoomForNewSessions) {
    ReplayGuard guard;
    for (std::uint64_t session = 0; session <= ReplayGuard::max_sessions; ++session) {
        EXPECT_TRUE(guard.accept(request(session, 1, 1, 1)));
    }
    EXPECT_FALSE(guard.accept(request(1, 1, 1, 1))) << "the latest ones are remembered";
}

}  // namespace
}  // namespace pt::server
