// Writes HTML reports of results that no loopback gives: html_pages KIND > FILE
#include <array>
#include <cstdint>
#include <iostream>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "client/compare/changes.hpp"
#include "client/report/compare/comparison.hpp"
#include "client/report/scan/make_reporter.hpp"

namespace {

using namespace pt;
using namespace pt::client;
using namespace std::chrono_literals;

const std::string hostile =
    "<script>fetch('http://192.0.2.1/')</script>\"'><img src=x "
    "onerror=alert(1)>\x1b[31m\xe2\x80\xae"
    "\xff&amp;</svg></style>]]>";

IpAddress address(std::string_view text) { return IpAddress::parse(text).value_or(IpAddress{}); }

Result result_of(Protocol protocol, std::uint16_t port, Verdict verdict, Evidence evidence) {
    Result result;
    result.host = "db.example";
    result.endpoint = {protocol, address("192.0.2.7"), Port{port}};
    result.conclusion = {verdict, evidence, std::nullopt, std::nullopt};
    result.attempts = 16;
    result.local = SocketAddress{address("198.51.100.4"), Port{52123}};
    if (verdict == Verdict::filtered) {
        result.conclusion.direction = Direction::unknown;
    }
    if (verdict == Verdict::open) {
        result.rtt.add(312us);
        result.seen = ServerView{*result.local, result.endpoint.socket_address(), 62, 1};
    }
    return result;
}

Result rejected(std::uint16_t port) {
    auto result =
        result_of(Protocol::tcp, port, Verdict::rejected, Evidence::icmp_admin_prohibited);
    result.conclusion.by = address("10.77.1.1");
    return result;
}

Result silent(Protocol protocol, std::uint16_t port, Direction direction) {
    auto result = result_of(protocol, port, Verdict::filtered, Evidence::silence);
    result.conclusion.direction = direction;
    return result;
}

/// Every kind of path.
std::vector<Result> paths() {
    std::vector<Result> all;
    all.push_back(result_of(Protocol::tcp, 22, Verdict::open, Evidence::echo));
    auto nat = result_of(Protocol::tcp, 443, Verdict::open, Evidence::echo);
    nat.seen->source = {address("203.0.113.9"), Port{40001}};
    nat.seen->destination = {address("10.0.0.5"), Port{8443}};
    nat.notes = {"NAT: the server saw 203.0.113.9:40001"};
    all.push_back(nat);
    all.push_back(silent(Protocol::udp, 53, Direction::forward));
    all.push_back(silent(Protocol::tcp, 25, Direction::return_));
    all.push_back(silent(Protocol::udp, 161, Direction::unknown));
    all.push_back(rejected(80));
    auto forged = result_of(Protocol::tcp, 143, Verdict::rejected, Evidence::forged_reset);
    forged.reached = Reached::nothing;
    all.push_back(forged);
    auto other = result_of(Protocol::tcp, 110, Verdict::intercepted, Evidence::foreign_answer);
    other.reached = Reached::nothing;
    all.push_back(other);
    auto cut = result_of(Protocol::tcp, 3389, Verdict::cut, Evidence::data_lost);
    cut.reached = Reached::established;
    all.push_back(cut);
    all.push_back(result_of(Protocol::tcp, 5432, Verdict::closed, Evidence::reset));
    all.push_back(result_of(Protocol::tcp, 8080, Verdict::answered, Evidence::handshake));
    all.push_back(result_of(Protocol::tcp, 9, Verdict::untested, Evidence::not_listening));
    auto gone = result_of(Protocol::tcp, 7, Verdict::unreachable, Evidence::icmp_host_unreachable);
    gone.conclusion.by = address("10.77.1.1");
    all.push_back(gone);
    auto v6 = result_of(Protocol::tcp, 8443, Verdict::open, Evidence::echo);
    v6.host = "v6.example";
    v6.host_place = 1;
    v6.endpoint.address = address("2001:db8:1111:2222:3333:4444:5555:6666");
    v6.local = SocketAddress{address("2001:db8:aaaa:bbbb:cccc:dddd:eeee:ffff"), Port{52123}};
    v6.seen = ServerView{*v6.local, v6.endpoint.socket_address(), 62, 1};
    all.push_back(v6);
    return all;
}

/// All ports through a firewall.
std::vector<Result> every_port() {
    std::vector<Result> all;
    for (const Protocol protocol : all_protocols) {
        for (std::uint32_t number = 1; number < port_count; ++number) {
            const auto port = static_cast<std::uint16_t>(number);
            const bool open = port == 22 || port == 443 || (port >= 30000 && port < 32768);
            all.push_back(open           ? result_of(protocol, port, Verdict::open, Evidence::echo)
                          : port < 1024  ? silent(protocol, port, Direction::forward)
                          : port < 49152 ? silent(protocol, port, Direction::unknown)
                                         : rejected(port));
            all.back().endpoint.protocol = protocol;
        }
    }
    return all;
}

/// A verdict by chance for each port.
std::vector<Result> random_ports() {
    constexpr Evidence evidence[] = {
        Evidence::echo,      Evidence::handshake, Evidence::foreign_answer,
        Evidence::data_lost, Evidence::reset,     Evidence::forged_reset,
        Evidence::silence,   Evidence::no_route,  Evidence::interrupted};
    std::mt19937 random{1};
    std::vector<Result> all;
    for (const Protocol protocol : all_protocols) {
        for (std::uint32_t port = 1; port < port_count; ++port) {
            const auto chosen = random() % all_verdicts.size();
            all.push_back(result_of(protocol, static_cast<std::uint16_t>(port),
                                    all_verdicts[chosen], evidence[chosen]));
        }
    }
    return all;
}

std::vector<Result> hosts(std::uint32_t number) {
    std::vector<Result> all;
    for (std::uint32_t host = 0; host < number; ++host) {
        for (const std::uint16_t port :
             std::array<std::uint16_t, 6>{22, 80, 443, 5432, 8000, 8001}) {
            auto result = (host + port) % 5 == 0
                              ? silent(Protocol::tcp, port, Direction::forward)
                              : result_of(Protocol::tcp, port, Verdict::open, Evidence::echo);
            result.host = "host-" + std::to_string(host) + ".example";
            result.host_place = host;
            result.endpoint.address = address("10.1." + std::to_string(host / 250) + '.' +
                                              std::to_string(host % 250 + 1));
            all.push_back(result);
        }
    }
    return all;
}

std::vector<Result> hostile_results() {
    auto all = paths();
    for (auto& result : all) {
        result.host = hostile;
        result.notes = {hostile, std::string(5000, 'x')};
        result.local_reason = hostile;
        result.hint = Hint{hostile, hostile};
    }
    all[0].conclusion = {Verdict::untested, Evidence::local_error, std::nullopt, std::nullopt};
    return all;
}

Comparison differences() {
    auto before = paths();
    auto after = before;
    after[0].conclusion = {Verdict::filtered, Evidence::silence, std::nullopt, Direction::forward};
    after[2] = result_of(Protocol::udp, 53, Verdict::open, Evidence::echo);
    after.pop_back();
    after.push_back(hosts(1).front());
    auto comparison = compare(before, after);
    comparison.before_name = hostile;
    comparison.after_name = "after.json";
    return comparison;
}

int print(std::string_view kind) {
    if (kind == "diff") {
        print_comparison(differences(), OutputFormat::html, std::cout, {});
        return 0;
    }
    const auto results = kind == "paths"     ? paths()
                         : kind == "every"   ? every_port()
                         : kind == "random"  ? random_ports()
                         : kind == "hosts"   ? hosts(50)
                         : kind == "many"    ? hosts(4096)
                         : kind == "hostile" ? hostile_results()
                                             : std::vector<Result>{};
    RunSummary summary;
    summary.host = kind == "hostile" ? hostile : "db.example";
    summary.started = std::chrono::system_clock::time_point{1'795'000'000s};
    summary.duration = 5520ms;
    if (kind == "hostile") {
        summary.notes = {hostile};
    }
    const auto reporter = make_html_report(std::cout);
    for (const Result& result : results) {
        reporter->result(result);
    }
    reporter->finish(summary);
    return 0;
}

}  // namespace

int main(int argc, const char* const argv[]) { return print(argc > 1 ? argv[1] : ""); }
