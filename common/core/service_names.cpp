#include "common/core/service_names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>

#include "common/core/similar_word.hpp"

namespace pt {
namespace {

constexpr char lower(char letter) {
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

bool same_letter(char a, char b) { return lower(a) == lower(b); }

bool same_name(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), same_letter);
}

/// One name of one port. The name is held in the row: 6,000 pointers would each be relocated
/// whenever the program starts.
struct Service {
    static constexpr std::size_t max_name = 15;  // RFC 6335 section 5.1

    std::uint16_t port;
    std::uint8_t protocols;
    char name[max_name + 1];

    constexpr std::string_view text() const { return static_cast<const char*>(name); }
    constexpr bool is_for(Protocol protocol) const {
        return (protocols & (protocol == Protocol::tcp ? 1U : 2U)) != 0;
    }
};

/// By port; where a port has several names, the one to show first.
constexpr Service services[] = {
#include "common/core/service_table.inc"
};

/// The rows by the first letter of their names, and by port among those: looking a name up, which
/// only happens when a person typed one, then takes some 200 steps instead of 6,000.
class ServicesByLetter {
public:
    ServicesByLetter() {
        for (const Service& each : services) {
            ++begin_[slot(each.text()) + 1];
        }
        std::partial_sum(begin_.begin(), begin_.end(), begin_.begin());
        auto next = begin_;
        for (const Service& each : services) {
            rows_[next[slot(each.text())]++] = &each;
        }
    }

    /// All whose names begin as this one does, in either case.
    std::span<const Service* const> beginning_as(std::string_view name) const {
        const auto first = begin_[slot(name)];
        return std::span{rows_}.subspan(first, begin_[slot(name) + 1] - first);
    }

private:
    static constexpr std::size_t slots = 256;
    static std::size_t slot(std::string_view name) {
        return name.empty() ? 0 : static_cast<unsigned char>(lower(name.front()));
    }

    std::array<std::size_t, slots + 1> begin_{};
    std::array<const Service*, std::size(services)> rows_{};
};

std::span<const Service* const> services_beginning_as(std::string_view name) {
    static const ServicesByLetter index;
    return index.beginning_as(name);
}

/// A name that /etc/services of some system, or people, use for a port besides the registry's
/// names.
struct OtherName {
    std::uint16_t port;
    std::uint8_t protocols;
    std::string_view name;

    constexpr bool is_for(Protocol protocol) const {
        return (protocols & (protocol == Protocol::tcp ? 1U : 2U)) != 0;
    }
};

/// By name.
constexpr OtherName other_names[] = {
#include "common/core/other_service_names.inc"
};

/// Services that the registry lists for both protocols, but that only UDP carries in practice: NTP,
/// SNMP and its traps, TFTP, DHCP (IPv4, IPv6), NetBIOS names and datagrams, PTP, IKE and its NAT
/// traversal, RADIUS, SSDP, VXLAN, mDNS, LLMNR, sFlow.
constexpr std::array<std::uint16_t, 21> udp_in_practice{67,   68,   69,   123,  137,  138,  161,
                                                        162,  319,  320,  500,  546,  547,  1812,
                                                        1813, 1900, 4500, 4789, 5353, 5355, 6343};
/// Of a bare name, TCP is tested; both protocols are in common use: Kerberos, DNS, HTTP/3 (QUIC),
/// OpenVPN, STUN, SIP.
constexpr std::array<std::uint16_t, 6> both_in_practice{53, 88, 443, 1194, 3478, 5060};

template <std::size_t size>
bool is_among(Port port, const std::array<std::uint16_t, size>& ports) {
    return std::find(ports.begin(), ports.end(), to_number(port)) != ports.end();
}

}  // namespace

std::string_view service_name(Protocol protocol, Port port) {
    const auto [first, last] =
        std::equal_range(std::begin(services), std::end(services), Service{to_number(port), 0, {}},
                         [](const Service& a, const Service& b) { return a.port < b.port; });
    const auto found =
        std::find_if(first, last, [&](const Service& each) { return each.is_for(protocol); });
    return found == last ? std::string_view{} : found->text();
}

std::vector<Port> service_ports(Protocol protocol, std::string_view name) {
    std::vector<Port> ports;
    for (const Service* each : services_beginning_as(name)) {
        if (each->is_for(protocol) && same_name(each->text(), name)) {
            ports.push_back(Port{each->port});
        }
    }
    for (const OtherName& each : other_names) {
        if (each.is_for(protocol) && same_name(each.name, name)) {
            ports.push_back(Port{each.port});
        }
    }
    std::sort(ports.begin(), ports.end());
    ports.erase(std::unique(ports.begin(), ports.end()), ports.end());
    return ports;
}

bool is_registered(Protocol protocol, std::string_view name) {
    const auto services_of_letter = services_beginning_as(name);
    return std::any_of(services_of_letter.begin(), services_of_letter.end(),
                       [&](const Service* each) {
                           return each->is_for(protocol) && same_name(each->text(), name);
                       });
}

bool means_udp(std::string_view name) {
    const auto ports = service_ports(Protocol::udp, name);
    const bool is_udp_alone =
        is_registered(Protocol::udp, name) && !is_registered(Protocol::tcp, name);
    return is_udp_alone ||
           (!ports.empty() && std::all_of(ports.begin(), ports.end(), [](Port port) {
               return is_among(port, udp_in_practice);
           }));
}

bool is_used_with_both(Port port) { return is_among(port, both_in_practice); }

std::optional<Port> service_port(Protocol protocol, std::string_view name) {
    const auto ports = service_ports(protocol, name);
    return ports.size() == 1 ? std::optional{ports.front()} : std::nullopt;
}

std::string_view similar_service_name(std::string_view name) {
    constexpr std::size_t shortest = 3;  // anything is one slip from some shorter name
    if (name.size() < shortest || name.size() > Service::max_name + 1) {
        return {};
    }
    // Hardly anyone mistypes the first letter, and it keeps far-fetched guesses out.
    const auto is_similar = [&](std::string_view known) {
        return same_letter(known.front(), name.front()) && edit_distance(known, name) == 1;
    };
    for (const Service* each : services_beginning_as(name)) {
        if (is_similar(each->text())) {
            return each->text();
        }
    }
    for (const OtherName& each : other_names) {
        if (is_similar(each.name)) {
            return each.name;
        }
    }
    return {};
}

}  // namespace pt
