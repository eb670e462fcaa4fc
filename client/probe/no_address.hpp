#pragma once

#include <string>

#include "client/probe/socket_setup.hpp"
#include "common/core/endpoint.hpp"
#include "common/net/ipv6_state.hpp"

/// Why this machine has no address to send from.
namespace pt::client {

/// Whether an errno says so.
bool lacks_address(int error);

struct AddressFacts {
    net::Ipv6Problem ipv6_problem = net::Ipv6Problem::none;
    bool source_is_of_this_host = true;  ///< the address of --source, where one was given
};

AddressFacts read_address_facts(const SourceSettings& source);

/// What to say of it; "" where the reason is not known, as where all local ports are in use. Pure.
std::string no_address_reason(const SourceSettings& source, const IpAddress& target,
                              const AddressFacts& facts);

}  // namespace pt::client
