#include "client/app/key_limit.hpp"

#include <chrono>
#include <utility>

#include "common/net/clock.hpp"

namespace pt::client {

KeyLimit::KeyLimit(boost::asio::io_context& context, const std::optional<Key>& key,
                   std::function<void()> run_out)
    : timer_{context}, key_{key}, run_out_{std::move(run_out)} {}

void KeyLimit::start() {
    if (!key_ || !key_->until) {
        return;
    }
    if (!key_->valid_at(net::wall_time())) {
        run_out_();
        return;
    }
    // Now and then: the clock on the wall may be set, and the limit may be far.
    timer_.expires_after(std::chrono::seconds{1});
    timer_.async_wait([this](boost::system::error_code error) {
        if (!error) {
            start();
        }
    });
}

}  // namespace pt::client
