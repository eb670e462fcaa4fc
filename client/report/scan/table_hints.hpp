#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/result/result_refs.hpp"

/// The hints of many results, made readable: one for all ports of an address that need the same
/// commands. Pure.
namespace pt::client {

struct PlaceHint {
    std::string host;    ///< as typed
    std::string reason;  ///< what the question is; "" where a report says it elsewhere
    Hint hint;
    std::size_t more_ports = 0;  ///< that need the same commands, which do not name them
};

/// In the order of the results, each reason's hints together; results in report order.
std::vector<PlaceHint> merged_hints(const ResultRefs& results);

}  // namespace pt::client
