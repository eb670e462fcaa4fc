#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "common/keys/key.hpp"

namespace pt::client {

/// Tells when a key that is in use has run out: what goes on without end would take every port for
/// closed from then on.
class KeyLimit {
public:
    /// `run_out` is called once, from the context; never where there is no key, or none with a
    /// limit. References outlive it.
    KeyLimit(boost::asio::io_context& context, const std::optional<Key>& key,
             std::function<void()> run_out);

    void start();

private:
    boost::asio::steady_timer timer_;
    const std::optional<Key>& key_;
    std::function<void()> run_out_;
};

}  // namespace pt::client
