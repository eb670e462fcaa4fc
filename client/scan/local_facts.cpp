#include "client/scan/local_facts.hpp"

#include <fstream>
#include <istream>

namespace pt::client {

std::optional<std::pair<Port, Port>> parse_port_range(std::istream& text) {
    std::uint16_t first = 0;
    std::uint16_t last = 0;
    if (!(text >> first >> last) || first > last) {
        return std::nullopt;
    }
    return std::pair{Port{first}, Port{last}};
}

std::optional<std::pair<Port, Port>> read_ephemeral_range() {
    std::ifstream range{"/proc/sys/net/ipv4/ip_local_port_range"};
    return parse_port_range(range);
}

ExplainFacts read_explain_facts(const Options& options) {
    ExplainFacts facts;  // TIME_WAIT keeps its default: Linux has no setting for it (tcp(7))
    facts.ephemeral_range = read_ephemeral_range();
    facts.source_port = options.source_port;
    return facts;
}

}  // namespace pt::client
