#include "client/probe/no_address.hpp"

#include <cerrno>

#include "common/net/local_route.hpp"

namespace pt::client {

bool lacks_address(int error) { return error == EADDRNOTAVAIL || error == EAFNOSUPPORT; }

AddressFacts read_address_facts(const SourceSettings& source) {
    return {net::read_ipv6_problem(),
            !source.address || !net::local_destinations({*source.address}, "").empty()};
}

std::string no_address_reason(const SourceSettings& source, const IpAddress& target,
                              const AddressFacts& facts) {
    if (!target.is_v4() && facts.ipv6_problem != net::Ipv6Problem::none) {
        return net::to_string(facts.ipv6_problem);
    }
    return source.address && !facts.source_is_of_this_host
               ? "--source " + source.address->to_string() + " is not an address of this host"
               : "";
}

}  // namespace pt::client
