#include "client/report/explain/terms.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "client/report/explain/port_life.hpp"
#include "client/report/explain/service_purpose.hpp"
#include "client/report/explain/text_block.hpp"
#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/port_set.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {
namespace {

/// Numbers whose two ports are shown side by side.
constexpr std::size_t max_numbers = 8;

/// "domain: open"; "(none): not probed or not shown" for a number without a service and a result.
std::string found_text(const Endpoint& endpoint, const std::map<Endpoint, Verdict>& found) {
    const auto name = service_name(endpoint.protocol, endpoint.port);
    const auto result = found.find(endpoint);
    return (name.empty() ? "(none)" : std::string{name}) + ": " +
           (result == found.end() ? "not probed or not shown"
                                  : std::string{to_string(result->second)});
}

std::string cells(const std::string& first, const std::string& second, const std::string& third) {
    std::string line = "    " + first;
    line.resize(std::max<std::size_t>(line.size(), 13), ' ');
    line += second;
    line.resize(std::max<std::size_t>(line.size() + 1, 46), ' ');
    return line + third + '\n';
}

/// Those that have results for both protocols come first.
std::vector<Port> shown_numbers(const std::map<Endpoint, Verdict>& found) {
    std::vector<Port> numbers;
    for (const bool both : {true, false}) {
        for (const auto& [endpoint, verdict] : found) {
            Endpoint other = endpoint;
            other.protocol = endpoint.protocol == Protocol::tcp ? Protocol::udp : Protocol::tcp;
            const bool first_of_two = endpoint.protocol == Protocol::tcp;
            const bool fits = found.contains(other) ? both && first_of_two : !both;
            if (fits && numbers.size() < max_numbers) {
                numbers.push_back(endpoint.port);
            }
        }
    }
    return numbers;
}

/// Of the first host: each number is two ports, with two results.
std::string same_numbers(const ResultRefs& results) {
    std::map<Endpoint, Verdict> found;
    const Result& first = *results.front();
    for (const Result* result : results) {
        if (!is_same_place(*result, first)) {
            break;
        }
        found.emplace(result->endpoint, result->conclusion.verdict);
    }
    const auto numbers = shown_numbers(found);
    auto text = paragraph("Same number, other protocol, on " + short_host(first.host) +
                          ": two different ports. A firewall may pass one and drop the other, and "
                          "different programs listen on them:") +
                cells("NUMBER", "TCP", "UDP");
    for (const Port number : numbers) {
        const auto& address = first.endpoint.address;
        text += cells(number_of(number), found_text({Protocol::tcp, address, number}, found),
                      found_text({Protocol::udp, address, number}, found));
    }
    return text;
}

/// Those that were probed and that have a sentence; by number.
std::string services(const ResultRefs& results) {
    PortSet probed;
    for (const Result* result : results) {
        probed.insert(result->endpoint.protocol, result->endpoint.port);
    }
    std::map<Port, std::string_view> names;
    for (const auto& range : probed.ranges()) {
        for (std::uint32_t number = to_number(range.first); number <= to_number(range.last);
             ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            const auto name = service_name(range.protocol, port);
            if (!service_purpose(name).empty()) {
                names.emplace(port, name);
            }
        }
    }
    if (names.empty()) {
        return "";
    }
    std::string text =
        "\n  Services: what IANA lists these numbers for; another program may use them\n";
    for (const auto& [port, name] : names) {
        text += list_item(number_of(port) + ' ' + std::string{name}, service_purpose(name), 4, 26);
    }
    return text;
}

}  // namespace

std::string port_ranges() {
    return "    0-1023                 1024-49151             49152-65535\n"
           "    system ports           user ports             dynamic ports\n"
           "    assigned by IANA to    assigned by IANA to    never assigned: for\n"
           "    standard services      other services         clients and private use\n"
           "    (http: 80)             (mysql: 3306)          (ephemeral ports)\n";
}

std::string tcp_beside_udp() {
    return "             TCP                              UDP\n"
           "    start    handshake: SYN; SYN, ACK; ACK    none: the first packet is data\n"
           "    loss     repeated by the kernel           repeated by the program, if at all\n"
           "    closed   RST: \"connection refused\"        ICMP port unreachable\n"
           "    filtered no SYN, ACK: silence             silence, as of a service that does\n"
           "                                              not know the request\n"
           "    end      FIN both ways, TIME_WAIT         none\n";
}

std::string terms(const ResultRefs& results, const ExplainFacts& facts) {
    return "\nTerms\n" +
           paragraph(
               "A port is a number from 0 to 65535 within a protocol. The address of a packet "
               "names the host, its port names the program there. The protocol, TCP or UDP, says "
               "how packets are exchanged. RFC 6335 has three ranges of ports:") +
           port_ranges() + '\n' + paragraph("TCP beside UDP:") + tcp_beside_udp() + '\n' +
           same_numbers(results) + "\n  This host's own port\n" + port_life(results, facts) +
           services(results);
}

}  // namespace pt::client
