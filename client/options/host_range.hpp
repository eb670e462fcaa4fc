#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/expected.hpp"

/// Several hosts in one word:
///
///     prefix = IPv4-address "/" length | IPv6-address "/" length       (RFC 4632, RFC 4291)
///     range  = IPv4-address "-" (last-byte | IPv4-address)             (as nmap has it)
///
/// "10.0.0.0/28", "2001:db8::/124", "10.0.0.1-20". An address within the network is as good as the
/// network's own ("10.0.0.5/28"). The network and the broadcast address of an IPv4 prefix shorter
/// than /31 are left out (RFC 3021).
namespace pt::client {

/// Whether a word means to be a prefix or a range, good or bad. No host and no port spec does.
bool is_host_range(std::string_view word);

/// The addresses in order, no more than `max_hosts`; of any other word, the one host that it names.
/// An error names the word and the remedy.
Expected<std::vector<std::string>> expand_host_range(std::string_view word);

}  // namespace pt::client
