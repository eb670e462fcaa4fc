#pragma once

#include <optional>
#include <string>
#include <system_error>

#include "common/core/endpoint.hpp"

namespace pt::client {

/// What --source, --source-port and --interface ask of every socket.
struct SourceSettings {
    std::optional<IpAddress> address;
    std::optional<Port> port;
    std::string interface;  ///< "" for any
};

/// Applies the settings to an unbound socket and binds it where they ask for it. Without a source
/// port the kernel chooses an ephemeral one: for TCP only at connect, when it knows the whole
/// 4-tuple (IP_BIND_ADDRESS_NO_PORT), so that far more connections find a port.
std::error_code set_up_source(int descriptor, Protocol protocol, int family,
                              const SourceSettings& settings);

/// The errno of the last failed call as an error_code.
std::error_code last_error();

}  // namespace pt::client
