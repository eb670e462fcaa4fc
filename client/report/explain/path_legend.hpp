#pragma once

#include <string>
#include <string_view>

#include "client/result/result.hpp"

/// Who is who in the diagram of a probe, as far as it is proven.
namespace pt::client {

/// The device between the two ends that is proven: "NAT", "device"; "" where none is.
std::string_view device_title(const Result& result);

/// "pt-server" where it proved that it is behind the address, else "target".
std::string_view server_title(const Result& result);

/// What a diagram has that needs a line below it.
struct DrawnMarks {
    bool lost = false;               ///< 'x'
    bool unknown = false;            ///< '?'
    bool unknown_handshake = false;  ///< a SYN, ACK comes from '?'
    bool from_server = false;        ///< the client received a packet from the server's lane
};

/// The lines below the diagram: the addresses of each end, what pt-server saw, and what the marks
/// '?' and 'x' stand for.
std::string path_legend(const Result& result, const DrawnMarks& marks);

}  // namespace pt::client
