#include "common/core/port.hpp"

namespace pt {

std::string_view to_string(Protocol protocol) {
    switch (protocol) {
        case Protocol::tcp: return "tcp";
        case Protocol::udp: return "udp";
    }
    return "?";
}

std::string_view to_string(PortRange range) {
    switch (range) {
        case PortRange::system: return "system";
        case PortRange::user: return "user";
        case PortRange::dynamic: return "dynamic";
    }
    return "?";
}

}  // namespace pt
