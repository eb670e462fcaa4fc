#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "client/result/result.hpp"

/// Results as a run would hand them over, for the tests of what is printed of them.
namespace pt::client {

IpAddress address(std::string_view text);
SocketAddress socket_address(std::string_view ip, std::uint16_t port);

/// 192.0.2.7, host "example.com", sent from 198.51.100.4:52123, one attempt.
Result sample(Protocol protocol, std::uint16_t port, Verdict verdict, Evidence evidence);
Result open_port(Protocol protocol, std::uint16_t port);
Result closed_port(Protocol protocol, std::uint16_t port);
Result filtered_port(Protocol protocol, std::uint16_t port);

RttStatistics rtt_of(std::initializer_list<std::chrono::microseconds> samples);

/// Every byte a terminal or a log line should never see from outside: ESC, CR, LF, C1, bidi
/// override, invalid UTF-8, quotes.
extern const std::string hostile;

/// A newline or printable ASCII: nothing that moves a cursor or paints.
bool is_plain_text(std::string_view text);

}  // namespace pt::client
