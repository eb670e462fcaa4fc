#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/conclude/conclude.hpp"

namespace pt::client {

/// What a conclusion was drawn with, besides the findings.
struct Basis {
    const Knowledge& port;
    const std::optional<PortRecord>& record;
    const ServerKnowledge& server;
};

/// What a person should know about a result besides its verdict: lost and refused attempts,
/// rewritten addresses, what the evidence leaves open and why. Pure; one short sentence each.
std::vector<std::string> notes_for(const Result& found, const Conclusion& conclusion,
                                   const Basis& basis);

/// What is said of a port whose server could not answer: a server that was lost says nothing more.
inline constexpr const char* stalled_note =
    "pt-server stalled for more than one second during the scan: run it again";
inline constexpr const char* deaf_note =
    "pt-server's own calls on this port keep failing: its log says why";

}  // namespace pt::client
