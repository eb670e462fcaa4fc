#include "common/net/stop_signals.hpp"

#include <csignal>

namespace pt::net {

void add_stop_signals(boost::asio::signal_set& signals) {
    signals.add(SIGINT);
    signals.add(SIGTERM);
    struct sigaction present {};
    if (sigaction(SIGHUP, nullptr, &present) != 0 || present.sa_handler != SIG_IGN) {
        signals.add(SIGHUP);
    }
}

}  // namespace pt::net
