#include "server/report/report.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "common/core/service_names.hpp"
#include "server/report/stretch.hpp"
#include "server/report/text_table.hpp"

namespace pt::server {
namespace {

using Align = TextTable::Align;

bool continues(const Stretch& left, const Stretch& right) {
    return left.protocol == right.protocol && to_number(right.first) == to_number(left.last) + 1 &&
           port_range(left.first) == port_range(right.first) && left.addresses == right.addresses;
}

/// Up to this many ports each have a row of their own.
constexpr std::size_t few_ports = 40;

std::vector<Stretch> grouped(std::vector<Stretch> ports) {
    if (ports.size() <= few_ports) {
        return ports;
    }
    std::vector<Stretch> stretches;
    for (auto& port : ports) {
        if (!stretches.empty() && continues(stretches.back(), port)) {
            stretches.back().last = port.last;
        } else {
            stretches.push_back(std::move(port));
        }
    }
    return stretches;
}

std::string count_text(Port first, Port last) {
    return std::to_string(to_number(last) - to_number(first) + 1) + " ports";
}

std::string service_text(Protocol protocol, Port port) {
    const auto name = service_name(protocol, port);
    return name.empty() ? "-" : std::string{name};
}

std::string service_text(const Stretch& stretch) {
    return stretch.first == stretch.last ? service_text(stretch.protocol, stretch.first)
                                         : '(' + count_text(stretch.first, stretch.last) + ')';
}

void add_row(TextTable& text, const Stretch& stretch, const std::string& addresses,
             const std::string& state) {
    text.add({std::string{to_string(stretch.protocol)}, port_text(stretch.first, stretch.last),
              service_text(stretch), std::string{to_string(port_range(stretch.first))}, addresses,
              state});
}

void add_rows(TextTable& text, const Stretch& stretch) {
    const auto& addresses = stretch.addresses;
    const bool agree =
        std::all_of(addresses.begin(), addresses.end(), [&](const AddressState& one) {
            return one.state == addresses.front().state && one.error == addresses.front().error;
        });
    if (!agree) {
        for (const auto& one : addresses) {
            add_row(text, stretch, address_text(one.address), describe_state(one.state, one.error));
        }
        return;
    }
    std::string all;
    for (const auto& one : addresses) {
        all += (all.empty() ? "" : ", ") + address_text(one.address);
    }
    add_row(text, stretch, all, describe_state(addresses.front().state, addresses.front().error));
}

constexpr const char* permission_remedy =
    "      ^ low ports need a permission: as root 'setcap cap_net_bind_service=+ep "
    "/path/to/pt-server', or 'sysctl net.ipv4.ip_unprivileged_port_start=0'; for a container "
    "'--sysctl net.ipv4.ip_unprivileged_port_start=0' or '--user 0 --cap-add NET_BIND_SERVICE'";
constexpr const char* descriptor_remedy =
    "      ^ each port takes a descriptor for every address: raise the limit with 'ulimit -n', "
    "systemd's LimitNOFILE= or a container's '--ulimit nofile='";

constexpr const char* steering_remedy =
    "      ^ these can be answered on without taking them from anyone, by BPF (sk_lookup): as "
    "root, "
    "after 'setcap cap_bpf,cap_net_admin,cap_net_raw=+ep /path/to/pt-server', or in a container "
    "with '--user 0 --cap-add BPF --cap-add NET_ADMIN --cap-add NET_RAW'; the log says what is "
    "missing";

/// The last stretch that suffers from `state`: its remedy is said once, there.
const Stretch* last_with(const std::vector<Stretch>& stretches, PortState state) {
    const auto found = std::find_if(stretches.rbegin(), stretches.rend(), [&](const auto& stretch) {
        return std::any_of(stretch.addresses.begin(), stretch.addresses.end(),
                           [&](const auto& one) { return one.state == state; });
    });
    return found == stretches.rend() ? nullptr : &*found;
}

std::string plural(std::size_t count, const std::string& word) {
    return std::to_string(count) + ' ' + word + (count == 1 ? "" : "s");
}

TextTable::Row counter_row(std::string protocol, std::string port, std::string service,
                           Protocol counted, const PortCounters& counters) {
    return {std::move(protocol),
            std::move(port),
            std::move(service),
            counted == Protocol::tcp ? std::to_string(counters.connections) : "-",
            std::to_string(counters.echoes),
            std::to_string(counters.ignored)};
}

/// The counters of one port, or of a stretch of ports that have the same.
struct Tally {
    Protocol protocol = Protocol::tcp;
    Port first{};
    Port last{};
    PortCounters counters;
};

std::vector<Tally> tallies(const Counters& counters) {
    const bool group = counters.ports().size() > few_ports;
    std::vector<Tally> tallies;
    for (const auto& [key, port] : counters.ports()) {
        const auto [protocol, number] = key;
        const bool same = group && !tallies.empty() && tallies.back().protocol == protocol &&
                          to_number(tallies.back().last) + 1 == to_number(number) &&
                          tallies.back().counters == port;
        if (same) {
            tallies.back().last = number;
        } else {
            tallies.push_back({protocol, number, number, port});
        }
    }
    return tallies;
}

bool asked_for(const PortTable& table, Protocol protocol) {
    return std::any_of(table.begin(), table.end(),
                       [&](const PortEntry& entry) { return entry.protocol == protocol; });
}

void append_event(std::string& text, std::uint64_t count, const std::string& what) {
    if (count > 0) {
        text += "  " + std::to_string(count) + ' ' + what + '\n';
    }
}

}  // namespace

std::string port_report(const PortTable& table) {
    const auto stretches = grouped(stretches_of(table));
    TextTable text{std::vector<Align>(6, Align::left)};
    text.add({"PROTOCOL", "PORT", "SERVICE", "RANGE", "ADDRESS", "STATE"});
    const std::array remedies{last_with(stretches, PortState::no_permission),
                              last_with(stretches, PortState::no_descriptors),
                              last_with(stretches, PortState::ephemeral_range)};
    constexpr std::array remedy_texts{permission_remedy, descriptor_remedy, steering_remedy};
    for (const auto& stretch : stretches) {
        add_rows(text, stretch);
        for (std::size_t i = 0; i < remedies.size(); ++i) {
            if (remedies[i] == &stretch) {
                text.add_line(remedy_texts[i]);
            }
        }
    }
    return text.to_string();
}

std::string ready_line(const PortTable& table) {
    const auto count = count_ports(table);
    return "pt-server ready: " + plural(count.listening, "port") + " listening" +
           (count.partly == 0
                ? ""
                : " (" + std::to_string(count.partly) + " of them not on every address)") +
           ", " + std::to_string(count.not_listening) + " not\n";
}

std::string totals_report(const PortTable& table, const Counters& counters) {
    TextTable text{
        {Align::left, Align::left, Align::left, Align::right, Align::right, Align::right}};
    text.add({"PROTOCOL", "PORT", "SERVICE", "CONNECTIONS", "ECHOES", "IGNORED"});
    for (const auto& tally : tallies(counters)) {
        text.add(
            counter_row(std::string{to_string(tally.protocol)}, port_text(tally.first, tally.last),
                        tally.first == tally.last ? service_text(tally.protocol, tally.first)
                                                  : count_text(tally.first, tally.last) + ", each",
                        tally.protocol, tally.counters));
    }
    for (const auto protocol : all_protocols) {
        if (asked_for(table, protocol)) {
            text.add(counter_row(std::string{to_string(protocol)}, "all", "", protocol,
                                 counters.total(protocol)));
        }
    }
    std::string report = text.to_string();
    for (const auto protocol : all_protocols) {
        for (const auto silence : all_silences) {
            append_event(
                report, counters.silences(protocol, silence),
                std::string{to_string(protocol)} + " ignored: " + std::string{to_string(silence)});
        }
    }
    append_event(report, counters.queries, "queries answered");
    append_event(report, counters.closed_without_data, "tcp connections closed: no frame in time");
    append_event(report, counters.closed_idle, "tcp connections closed: idle for too long");
    append_event(report, counters.made_room, "tcp connections closed: made room for others");
    append_event(report, counters.unsent, "udp replies not sent: the kernel did not take them");
    return report;
}

}  // namespace pt::server
