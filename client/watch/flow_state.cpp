#include "client/watch/flow_state.hpp"

namespace pt::client {

std::string_view to_string(FlowState state) {
    switch (state) {
        case FlowState::unknown: return "unknown";
        case FlowState::open: return "open";
        case FlowState::answered: return "answered";
        case FlowState::refused: return "refused";
        case FlowState::unreachable: return "unreachable";
        case FlowState::no_route: return "no-route";
        case FlowState::no_reply: return "no-reply";
    }
    return "unknown";
}

std::string_view to_string(FlowKind kind) {
    return kind == FlowKind::fresh ? "new" : "established";
}

}  // namespace pt::client
