#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/result/result_refs.hpp"

/// The hints of many results, made readable: one for all ports of an address that need the same
/// commands, and for all hosts that need the same for the same ports. Pure.
namespace pt::client {

struct PlaceHint {
    std::string host;    ///< as typed
    std::string reason;  ///< what the question is; "" where a report says it elsewhere
    Hint hint;
    std::size_t more_ports = 0;  ///< that need the same commands, which do not name them
    std::size_t more_hosts = 0;  ///< that need the same but for the host's name
};

/// In the order of the results, each reason's hints together; results in report order.
std::vector<PlaceHint> merged_hints(const ResultRefs& results);

/// A hint as reports for people print it; printable ASCII.
struct HintText {
    struct Command {
        std::string where;  ///< "on example.com", "here", "then here"
        std::string command;
    };
    std::string reason;
    bool is_new_reason = true;  ///< false: that of the hint before
    std::vector<Command> commands;
    std::string more;  ///< "the same for 3 more ports", or ""
};

struct HintTexts {
    std::vector<HintText> shown;
    std::string rest;  ///< "3 more with --output json", or ""
};

HintTexts hint_texts(const ResultRefs& results, std::size_t max_hints);

}  // namespace pt::client
