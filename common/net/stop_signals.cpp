#include "common/net/stop_signals.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <system_error>

namespace pt::net {

void add_stop_signals(boost::asio::signal_set& signals) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    struct sigaction present {};
    if (sigaction(SIGHUP, nullptr, &present) != 0 || present.sa_handler != SIG_IGN) {
        signals.add(SIGHUP);
    }
}

void check_signals(boost::asio::io_context& context) {
    constexpr std::chrono::seconds generous{1};
    sigset_t blocked;
    if (pthread_sigmask(SIG_BLOCK, nullptr, &blocked) != 0 ||
        sigismember(&blocked, SIGWINCH) != 0) {
        return;  // by who started this program: it cannot be told
    }
    bool learned = false;
    boost::asio::signal_set signals{context, SIGWINCH};
    signals.async_wait([&learned](boost::system::error_code error, int) { learned = !error; });
    std::raise(SIGWINCH);
    context.run_for(generous);
    if (!learned) {
        signals.cancel();
        context.restart();
        context.poll();
        throw std::system_error{ENOSPC, std::system_category(), "signals cannot be waited for"};
    }
    context.restart();
}

}  // namespace pt::net
