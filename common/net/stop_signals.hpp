#pragma once

#include <boost/asio/signal_set.hpp>

namespace pt::net {

/// Makes the set wait for SIGINT, SIGTERM and SIGHUP. SIGHUP stays ignored where it was ignored at
/// the start: nohup(1) asks for that.
void add_stop_signals(boost::asio::signal_set& signals);

}  // namespace pt::net
