#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <system_error>

#include "client/probe/run_key.hpp"
#include "common/core/endpoint.hpp"

namespace pt::client {

/// What is the same for all that a run sends: what --source, --source-port, --interface and --dscp
/// ask of every socket, and the key that its frames are made with.
struct SourceSettings {
    std::optional<IpAddress> address;
    std::optional<Port> port;
    std::string interface;  ///< "" for any
    std::optional<std::uint8_t> dscp;
    RunKey key;
};

/// The TOS or traffic class byte that packets then carry. Datagrams sent with a chosen DSCP are
/// marked ECT(0) too (RFC 3168), so that it shows where ECN is cleared; TCP keeps ECN to itself.
std::uint8_t sent_tos(const SourceSettings& settings, Protocol protocol);

/// The TTL or hop limit that this machine's packets start with.
int initial_hop_limit(int family);

/// Applies the settings to an unbound socket and binds it where they ask for it. Without a source
/// port the kernel chooses an ephemeral one: for TCP only at connect, when it knows the whole
/// 4-tuple (IP_BIND_ADDRESS_NO_PORT), so that far more connections find a port.
std::error_code set_up_source(int descriptor, Protocol protocol, int family,
                              const SourceSettings& settings);

/// Before connect: has the SYN of this attempt say which port it is sent to
/// (common/core/syn_mark.hpp). No segment of the connection is then longer than the mark, either
/// way.
void mark_syn(int descriptor, Port port, unsigned attempt);

/// The errno of the last failed call as an error_code.
std::error_code last_error();

}  // namespace pt::client
