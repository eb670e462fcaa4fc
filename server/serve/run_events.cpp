#include "server/serve/run_events.hpp"

#include <boost/asio/post.hpp>
#include <chrono>
#include <exception>
#include <thread>

#include "common/net/log.hpp"

namespace pt::server {

void run_events(boost::asio::io_context& context, const std::function<void()>& revive) {
    constexpr std::chrono::milliseconds pause{10};
    for (bool ran = false, revived = true; !ran;) {
        try {
            if (!revived) {
                revive();
                // Asio may destroy a coroutine by an event of its own, which comes before this one.
                boost::asio::post(context, revive);
                revived = true;
            }
            context.run();
            ran = true;
        } catch (const std::exception& error) {
            net::log(net::LogLevel::error, "event dropped: {error}",
                     net::field<net::LogKey::error>(error.what()));
            if (!revived) {
                std::this_thread::sleep_for(pause);  // there may be memory again
            }
            revived = false;
        }
    }
}

}  // namespace pt::server
