#include "client/scan/host_lookups.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace pt::client {
namespace {

/// Each name under way holds a thread.
constexpr std::size_t at_once = 32;

}  // namespace

HostLookups::HostLookups(boost::asio::io_context& context, std::vector<std::string> hosts,
                         net::AddressFamily family, std::chrono::milliseconds timeout, Done done)
    : context_{context},
      hosts_{std::move(hosts)},
      family_{family},
      timeout_{timeout},
      done_{std::move(done)},
      resolutions_(hosts_.size()) {}

void HostLookups::start() {
    for (std::size_t first = std::min(at_once, hosts_.size()); first > 0; --first) {
        start_one();
    }
}

void HostLookups::start_one() {
    const std::size_t place = begun_++;
    net::async_resolve(
        context_, hosts_[place], family_, timeout_,
        [this, place](net::Resolution resolution) { take(place, std::move(resolution)); });
}

void HostLookups::take(std::size_t place, net::Resolution resolution) {
    resolutions_[place] = std::move(resolution);
    if (++finished_ == hosts_.size()) {
        done_(std::move(resolutions_));
    } else if (begun_ < hosts_.size()) {
        start_one();
    }
}

}  // namespace pt::client
