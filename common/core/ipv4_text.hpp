#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/endpoint.hpp"

/// The other spellings of IPv4 addresses that inet_aton(3) takes: "010.0.0.1" (octal there, decimal
/// to many other programs), "0x7f.0.0.1", "127.1" and "2130706433". One text can mean two hosts, so
/// pt refuses them all and asks for four decimal numbers.
namespace pt {

/// The addresses that programs read a text of such a form as: the decimal reading of numbers with
/// leading zeros first, then the octal one where it differs. Empty for an address in the usual
/// form, and for everything else.
std::vector<IpAddress> other_ipv4_readings(std::string_view text);

/// What to write in place of such a text: "write four decimal numbers ...: 10.0.0.1 (8.0.0.1 where
/// a leading 0 means octal)"; "" for any other text. Printable ASCII.
std::string other_ipv4_remedy(std::string_view text);

}  // namespace pt
