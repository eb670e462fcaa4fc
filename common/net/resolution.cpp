#include "common/net/resolution.hpp"

#include <net/if.h>

namespace pt::net {

std::optional<IpAddress> parse_numeric_host(const std::string& host) {
    std::string text = host;
    if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
        text = text.substr(1, text.size() - 2);
    }
    const auto percent = text.find('%');
    if (percent != std::string::npos) {
        const unsigned index = if_nametoindex(text.c_str() + percent + 1);
        if (index != 0) {
            text = text.substr(0, percent + 1) + std::to_string(index);
        }
    }
    const auto address = IpAddress::parse(text);
    if (address && !address->is_link_local_v6() && !address->is_multicast()) {
        // No other address needs a zone (RFC 4007 section 6), and packets come back without it.
        return IpAddress{address->bytes()};
    }
    return address;
}

}  // namespace pt::net
