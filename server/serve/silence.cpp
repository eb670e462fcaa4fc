#include "server/serve/silence.hpp"

namespace pt::server {

std::string_view to_string(Silence silence) {
    switch (silence) {
        case Silence::truncated: return "longer than any frame";
        case Silence::source_port_zero: return "source port 0";
        case Silence::source_not_unicast: return "source address not unicast";
        case Silence::destination_not_unicast: return "sent to a broadcast or multicast address";
        case Silence::own_address: return "claims to come from the port that it went to";
        case Silence::not_a_frame: return "not a pt frame";
        case Silence::wrong_protocol: return "frame of the other protocol";
        case Silence::without_key: return "without a key";
        case Silence::unknown_key: return "unknown key";
        case Silence::wrong_tag: return "not made with the key that it names";
        case Silence::not_a_request: return "not a request";
        case Silence::refused_query: return "query refused";
    }
    return "?";
}

}  // namespace pt::server
