#include "common/net/clock.hpp"

#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <system_error>

namespace pt::net {

void check_timers(boost::asio::io_context& context) {
    constexpr std::chrono::seconds generous{1};
    bool expired = false;
    boost::asio::steady_timer timer{context, std::chrono::nanoseconds{1}};
    timer.async_wait([&expired](boost::system::error_code) { expired = true; });
    context.run_for(generous);
    if (!expired) {
        timer.cancel();
        context.restart();
        context.poll();
        throw std::system_error{ENOSPC, std::system_category(), "timers cannot be waited for"};
    }
    context.restart();
}

}  // namespace pt::net
