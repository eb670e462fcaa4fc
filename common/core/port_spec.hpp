#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "common/core/expected.hpp"
#include "common/core/port_set.hpp"

/// The grammar of what a person types for ports:
///
///     specs   = spec *("," spec)     (several: each with its protocol, as in tcp/443,udp/53)
///     spec    = [protocol "/"] items | items "/" protocol
///     protocol= "tcp" | "udp" | "any"          (any: both), letters of either case
///     items   = item *("," item)
///     item    = number | number "-" number | service-name | "all"   (all: 1-65535)
///
/// A bare item means TCP, except a name of a service that only UDP carries, by registration or in
/// practice ("ntp", "snmp"; see means_udp), which means UDP. With
/// "any" a name stands for each protocol that it is registered for; with "tcp" or "udp" it must be
/// registered for that one, and it must name one port ("http-alt" names three). Numbers are 1 to
/// 65535 (RFC 6335: 0 is reserved). A service name may hold "-" but always holds a letter, so that
/// no range can be taken for a name.
namespace pt {

/// What is wrong and where: `position` counts bytes from the start of the text.
/// `message` is one line that names the offending word and what is allowed; printable ASCII only.
struct PortSpecError {
    std::size_t position = 0;
    std::string message;
    /// The one spec that was probably meant, where that can be told; the message has it.
    std::string meant;
};

using PortSpecResult = Expected<PortSet, PortSpecError>;

enum class PortZero {
    rejected,  ///< port 0 is an error
    allowed    ///< pt-server: the kernel chooses a free port
};

/// Reads one word, as "tcp/22,80,8000-8100". Never throws, whatever the text.
PortSpecResult parse_port_spec(std::string_view text, PortZero zero = PortZero::rejected);

}  // namespace pt
