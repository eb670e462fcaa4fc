#include "common/core/failure.hpp"

#include <gtest/gtest.h>

#include <boost/system/system_error.hpp>
#include <cerrno>
#include <functional>
#include <new>
#include <stdexcept>
#include <system_error>

namespace pt {
namespace {

TEST(Failure, OfMemory) {
    const std::bad_alloc error;
    EXPECT_EQ(failure_code(error), ENOMEM);
    EXPECT_EQ(failure_text(error), "out of memory");
}

TEST(Failure, OfACall) {
    const std::system_error error{EMFILE, std::system_category(), "socket"};
    EXPECT_EQ(failure_code(error), EMFILE);
    EXPECT_EQ(failure_text(error), "socket: Too many open files");
}

TEST(Failure, OfAsioWithoutItsSource) {
    static constexpr boost::source_location here = BOOST_CURRENT_LOCATION;
    const boost::system::error_code code{ENFILE, boost::system::system_category(), &here};
    const boost::system::system_error error{code, "epoll"};
    EXPECT_EQ(failure_code(error), ENFILE);
    EXPECT_EQ(failure_text(error), "epoll: Too many open files in system");
}

TEST(Failure, OfAnythingElse) {
    const std::runtime_error error{"a [b]"};
    EXPECT_EQ(failure_code(error), EIO);
    EXPECT_EQ(failure_text(error), "a [b]");
}

TEST(FailureDeathTest, OfMemoryWhereNothingMayBeThrown) {
    end_where_memory_is_out("out\n", 3);
    const auto call = [](const std::function<void()>& function) noexcept { function(); };
    EXPECT_EXIT(call([] { throw std::bad_alloc{}; }), testing::ExitedWithCode(3), "^out\n$");
    EXPECT_DEATH(call([] { throw std::runtime_error{"other"}; }), "");
}

}  // namespace
}  // namespace pt
