#pragma once

#include <string>
#include <vector>

#include "client/result/result.hpp"

/// The path of a probe's packets, as far as the result proves it. Pure.
namespace pt::client {

enum class Arrival {
    reached,
    not_reached,  ///< by the server record
    not_known
};

/// Something that packets passed or were sent to, from the client on.
struct PathNode {
    std::string name;                ///< "pt-client", "Sender 10.77.1.1"
    std::vector<std::string> lines;  ///< addresses and ports as seen there, and what it did
    Arrival arrival = Arrival::reached;
};

enum class Passage {
    passed,
    lost,     ///< somewhere between the two nodes; where is not known
    unknown,  ///< sent, and nothing is known of it
    none      ///< nothing was sent, as far as is known
};

/// What was sent between a node and the next one.
struct PathLeg {
    Passage forward = Passage::none;  ///< away from the client
    std::string forward_text;         ///< "SYN"
    Passage back = Passage::none;
    std::string back_text;
};

/// Texts are printable ASCII.
struct PacketPath {
    std::vector<PathNode> nodes;
    std::vector<PathLeg> legs;       ///< one between each two nodes
    std::vector<std::string> steps;  ///< the same in words, one sentence each
};

/// Without nodes where the result proves nothing of a path: it says why in one step.
PacketPath path_of(const Result& result);

}  // namespace pt::client
