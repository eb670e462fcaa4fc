#include "common/core/port_state.hpp"

namespace pt {

std::string_view to_string(PortState state) {
    switch (state) {
        case PortState::not_asked: return "not asked for";
        case PortState::listening: return "listening";
        case PortState::in_use: return "in use by another program";
        case PortState::no_permission: return "no permission";
        case PortState::no_descriptors: return "no descriptors";
        case PortState::address_not_available: return "address not available";
        case PortState::ephemeral_range: return "left to the host's ephemeral ports";
        case PortState::failed: return "failed";
        case PortState::deaf: return "bound, but cannot be read";
    }
    return "?";
}

}  // namespace pt
