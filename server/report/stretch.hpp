#pragma once

#include <string>
#include <vector>

#include "common/core/endpoint.hpp"
#include "server/ports/port_table.hpp"

namespace pt::server {

/// What a row says of an address: also what neighbouring ports must have in common.
struct AddressState {
    IpAddress address;
    PortState state = PortState::listening;
    int error = 0;
    friend bool operator==(const AddressState&, const AddressState&) = default;
};

/// One port, or a stretch of ports with the same story.
struct Stretch {
    Protocol protocol = Protocol::tcp;
    Port first{};
    Port last{};
    std::vector<AddressState> addresses;
};

/// One for each protocol and port of the table, or stretch of ports that has one entry there.
std::vector<Stretch> stretches_of(const PortTable& table);

/// "192.0.2.7", "[2001:db8::7]".
std::string address_text(const IpAddress& address);

/// "80", "80-90".
std::string port_text(Port first, Port last);

}  // namespace pt::server
