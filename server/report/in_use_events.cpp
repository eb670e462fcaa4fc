#include "server/report/in_use_events.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>

#include "server/report/stretch.hpp"

namespace pt::server {
namespace {

using net::field;
using net::LogKey;

net::LogEvent in_use_event(const Stretch& port, PortHolder holder) {
    std::vector<std::string> addresses;
    std::string where;
    for (const auto& one : port.addresses) {
        if (one.state == PortState::in_use) {
            addresses.push_back(one.address.to_string());
            where += (where.empty() ? "" : ", ") + address_text(one.address);
        }
    }
    const auto ports = port_text(port.first, port.last);
    const auto last = port.first == port.last ? std::nullopt : std::optional{port.last};
    const auto [phrase, lead, command] = describe_holder(port.protocol, ports, holder);
    return net::LogEvent{"{protocol}/{port} on {addresses}: {reason}; {hint}",
                         field<LogKey::protocol>(port.protocol),
                         field<LogKey::port>(port.first, ports),
                         field<LogKey::last_port>(last),
                         field<LogKey::addresses>(addresses, where),
                         field<LogKey::reason>(phrase),
                         field<LogKey::hint>(command, lead + command)};
}

}  // namespace

std::vector<net::LogEvent> in_use_events(const PortTable& table, const PortSet& asked,
                                         const PortHolders& holders) {
    constexpr std::size_t most = 8;
    std::vector<net::LogEvent> events;
    std::size_t more = 0;
    for (const auto& port : stretches_of(table)) {
        const bool in_use =
            std::any_of(port.addresses.begin(), port.addresses.end(),
                        [](const auto& one) { return one.state == PortState::in_use; });
        if (!in_use || !asked.contains(port.protocol, port.first)) {
            continue;
        }
        if (events.size() == most) {
            ++more;
            continue;
        }
        const auto holder = holders.find({port.protocol, port.first});
        events.push_back(
            in_use_event(port, holder == holders.end() ? PortHolder::unknown : holder->second));
    }
    if (more > 0) {
        events.push_back(net::LogEvent{
            "{count} in use by other programs: the table has all",
            field<LogKey::count>(
                more, std::to_string(more) + (more == 1 ? " more port" : " more ports"))});
    }
    return events;
}

}  // namespace pt::server
