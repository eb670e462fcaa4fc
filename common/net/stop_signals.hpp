#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

namespace pt::net {

/// Makes the set wait for SIGINT, SIGTERM and SIGHUP. SIGHUP stays ignored where it was ignored at
/// the start: nohup(1) asks for that.
void add_stop_signals(boost::asio::signal_set& signals);

/// Throws where signal sets of this context, which does not run yet and has one, do not learn of
/// signals: Asio ignores that the kernel has refused to watch its pipe (epoll_ctl(2): ENOMEM,
/// ENOSPC), and SIGTERM would be lost. Raises a signal that is ignored by default.
void check_signals(boost::asio::io_context& context);

}  // namespace pt::net
