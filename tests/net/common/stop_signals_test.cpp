#include "common/net/stop_signals.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>

namespace pt::net {
namespace {

TEST(CheckSignals, LeavesTheContextReadyToRun) {
    boost::asio::io_context context{1};
    boost::asio::signal_set signals{context, SIGUSR1};
    EXPECT_NO_THROW(check_signals(context));
    int number = 0;
    signals.async_wait([&](boost::system::error_code, int signal) { number = signal; });
    std::raise(SIGUSR1);
    context.run();
    EXPECT_EQ(number, SIGUSR1);
}

TEST(CheckSignals, TakesABlockedSignalForNoFailure) {
    sigset_t window;
    sigset_t before;
    sigemptyset(&window);
    sigaddset(&window, SIGWINCH);
    ASSERT_EQ(pthread_sigmask(SIG_BLOCK, &window, &before), 0);
    boost::asio::io_context context{1};
    EXPECT_NO_THROW(check_signals(context));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace
}  // namespace pt::net
