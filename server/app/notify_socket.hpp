#pragma once

#include <string>
#include <string_view>
#include <system_error>

#include "common/net/descriptor.hpp"

namespace pt::server {

/// The way to the service manager that started us (sd_notify(3)): a datagram socket that the
/// environment variable NOTIFY_SOCKET names. Connected while that is still permitted. Nothing
/// happens where none is named. What cannot be sent is logged: a manager that cannot be reached is
/// no reason to stop.
class NotifySocket {
public:
    void connect();
    /// One datagram about our state, as "READY=1".
    void send(std::string_view state) const;

private:
    std::string path_;       ///< "" where none is named
    std::error_code error_;  ///< why it is not connected
    net::Descriptor socket_;
};

}  // namespace pt::server
