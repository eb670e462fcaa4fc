#pragma once

#include <cstdint>
#include <string_view>

namespace pt {

/// Why a server does or does not hold a port. The values travel in answers: none is renumbered.
enum class PortState : std::uint8_t {
    not_asked = 0,  ///< it was not told to listen there
    listening = 1,
    in_use = 2,                 ///< another program on its host has the port
    no_permission = 3,          ///< a port under 1024, and no privilege
    no_descriptors = 4,         ///< its limit of open files was reached
    address_not_available = 5,  ///< the address to bind is not one of its host's
    ephemeral_range = 6,        ///< left to the outgoing traffic of its host
    failed = 7,                 ///< for another reason, which its log tells
    deaf = 8                    ///< bound, but the server's own calls on it keep failing
};

/// "listening", "in use by another program": the words of tables and JSON.
std::string_view to_string(PortState state);

}  // namespace pt
