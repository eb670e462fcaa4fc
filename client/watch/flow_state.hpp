#pragma once

#include <string_view>

namespace pt::client {

/// Flows of a port: new ones, each from a source port of its own, or the one that is kept.
enum class FlowKind { fresh, established };

/// What flows of a port find, as their replies tell; why is for a scan to say.
enum class FlowState {
    unknown,      ///< not known yet
    open,         ///< pt-server's echo comes back
    answered,     ///< something answers, without an echo
    refused,      ///< a TCP reset comes back, or an ICMP error that refuses
    unreachable,  ///< an ICMP error says that there is no way to the host
    no_route,     ///< this machine has no route
    no_reply,     ///< nothing comes back
};

/// "open", "no-reply".
std::string_view to_string(FlowState state);
/// "new", "established".
std::string_view to_string(FlowKind kind);

constexpr bool has_answer(FlowState state) {
    return state == FlowState::open || state == FlowState::answered;
}

}  // namespace pt::client
