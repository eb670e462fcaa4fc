#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/conclude/journal.hpp"
#include "client/result/duplicates.hpp"
#include "client/result/result.hpp"

namespace pt::client {

/// What shows only over several ports of a scan: how a NAT maps, which ports lead to another
/// server, what the network duplicated or reordered. Takes each result once and keeps little of it.
class PathNotes {
public:
    void add(const Result& result);
    /// One sentence each.
    std::vector<std::string> text(const Duplicates& duplicates,
                                  const SessionCounters& counters) const;

private:
    using Notes = std::vector<std::string>;

    /// One local UDP port, as the server sees what leaves from it.
    struct Mapping {
        std::set<SocketAddress> seen_as;
        std::size_t ports = 0;
    };
    /// One pt-server at an address.
    struct Instance {
        std::vector<ProtocolPort> ports;  ///< the first that it answered on
        std::size_t more_ports = 0;
    };
    struct Place {
        std::map<std::uint64_t, Instance> instances;
        std::size_t more_instances = 0;
        bool destination_rewritten = false;
        std::size_t refused_udp = 0;  ///< by the target's own ICMP errors
        std::size_t silent_udp = 0;
        bool udp_echo = false;  ///< then pt-server tells which ports it holds
    };

    void add_echo(const Result& result);
    void note_mapping(Notes& notes) const;
    static void note_instances(const IpAddress& address, const Place& place, Notes& notes);
    static void note_icmp_limit(const IpAddress& address, const Place& place, Notes& notes);

    std::map<SocketAddress, Mapping> mappings_;
    std::map<IpAddress, Place> places_;
};

}  // namespace pt::client
