#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace pt::server {

/// Why something that arrived was not answered. Each has a counter.
enum class Silence {
    truncated,                ///< a datagram longer than any frame
    source_port_zero,         ///< nobody could receive the reply
    source_not_unicast,       ///< broadcast, multicast or unspecified
    destination_not_unicast,  ///< sent to many: all of them would answer
    own_address,              ///< claims to come from the very address and port that it went to
    not_a_frame,              ///< not a whole, valid pt frame
    wrong_protocol,           ///< a frame that says TCP over UDP, or the reverse
    without_key,              ///< no key is named, and the server answers those with a key alone
    unknown_key,              ///< names a key that is not known here, or not valid now
    wrong_tag,                ///< names a key, and was not made with it
    not_a_request,            ///< a reply or answer, which is never answered
    refused_query             ///< malformed, or about a session that is not known
};

inline constexpr std::array all_silences{
    Silence::truncated,          Silence::source_port_zero,
    Silence::source_not_unicast, Silence::destination_not_unicast,
    Silence::own_address,        Silence::not_a_frame,
    Silence::wrong_protocol,     Silence::without_key,
    Silence::unknown_key,        Silence::wrong_tag,
    Silence::not_a_request,      Silence::refused_query};

/// A phrase for the totals, as "source port 0".
std::string_view to_string(Silence silence);

}  // namespace pt::server
