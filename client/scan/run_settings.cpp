#include "client/scan/run_settings.hpp"

#include <sys/random.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <memory>
#include <system_error>

#include "client/scan/local_facts.hpp"
#include "common/net/descriptor_limit.hpp"

namespace pt::client {
namespace {

/// Descriptors that are not for probes: standard streams, epoll, timers, resolver, UDP channels.
constexpr std::size_t reserved_descriptors = 64;
/// Connects under way in the network at once: queues on the way must hold their packets, the
/// shortest being the one that Linux keeps for each processor on veth and loopback (1,000 packets,
/// net.core.netdev_max_backlog), and a listener's backlog (net.core.somaxconn, 4,096).
constexpr std::size_t tcp_window = 512;
/// Datagrams under way at once: their echoes must fit into the receive queue that Linux grants by
/// default (net.core.rmem_max 212,992 doubled, about 800 bytes for each small datagram). So must
/// they where they all come back at once; nobody keeps a datagram for long before that is known.
constexpr std::size_t udp_window = 256;
constexpr std::chrono::milliseconds udp_assumed_trip{5};
/// Probes that have started and are not decided: each takes memory, and silent ones stay for long.
constexpr std::size_t max_in_flight = 20'000;
/// --frame-size: one that is lost may have been lost by chance.
constexpr std::uint32_t min_sized_frames = 3;
/// Up to so many probes, each refusal is repeated: it costs 300 ms in all.
constexpr std::size_t max_probes_to_repeat = 1'024;

std::uint64_t random_number() {
    std::uint64_t number = 0;
    // Up to 256 bytes are never cut short or interrupted (getrandom(2)).
    if (getrandom(&number, sizeof number, 0) != static_cast<ssize_t>(sizeof number)) {
        throw std::system_error{errno, std::system_category(), "getrandom"};
    }
    return number;
}

/// One engine's share of what is bounded for the whole run.
EngineSettings engine_settings(const Options& options, const RunKey& key, double share,
                               std::size_t in_flight, std::size_t window) {
    EngineSettings settings;
    settings.plan = AttemptPlan{options.tries, options.timeout};
    settings.limits.in_flight = in_flight;
    settings.limits.window = window;
    if (options.concurrency) {
        const auto bound = static_cast<std::size_t>(*options.concurrency * share);
        settings.limits.in_flight = std::clamp<std::size_t>(bound, 1, in_flight);
    }
    if (options.rate) {
        settings.limits.rate = *options.rate * share;
    }
    settings.source = {options.source, options.source_port, options.interface.value_or(""),
                       options.dscp, key};
    settings.count = options.count;
    if (options.frame_size) {
        settings.sample_size = *options.frame_size;
        settings.count = std::max(options.count, 1 + min_sized_frames);
    }
    settings.limits.exact_tries = options.tries_given;
    settings.limits.exact_timeout = options.timeout_given;
    settings.limits.controls = !options.source_port;
    settings.seed = random_number();
    return settings;
}

}  // namespace

RunSettings run_settings(const Options& options, const std::vector<ProbeBlock>& blocks) {
    std::size_t tcp = 0;
    std::size_t udp = 0;
    for (const ProbeBlock& block : blocks) {
        tcp += block.ports->size(Protocol::tcp);
        udp += block.ports->size(Protocol::udp);
    }
    const double tcp_share =
        tcp + udp == 0 ? 0 : static_cast<double>(tcp) / static_cast<double>(tcp + udp);
    const std::size_t limit = net::raise_descriptor_limit();
    RunSettings settings;
    settings.descriptors =
        limit > 2 * reserved_descriptors ? limit - reserved_descriptors : std::max(limit / 4, 1UL);
    const std::size_t tcp_in_flight = std::min(settings.descriptors, max_in_flight);
    const RunKey key = options.key ? std::make_shared<FrameKey>(*options.key) : nullptr;
    settings.tcp = engine_settings(options, key, tcp_share, tcp_in_flight, tcp_window);
    settings.udp = engine_settings(options, key, 1 - tcp_share, max_in_flight, udp_window);
    settings.udp.limits.assumed_trip = udp_assumed_trip;
    settings.tcp.limits.one_at_a_time = options.source_port.has_value();
    for (EngineSettings* engine : {&settings.tcp, &settings.udp}) {
        engine->repeat_refusals = tcp + udp <= max_probes_to_repeat;
        engine->ephemeral_range = read_ephemeral_range();
    }
    settings.new_session = random_number;
    settings.ask_journal = options.journal;
    settings.ask_manifest = options.list;
    settings.look_for_server = !options.journal_file;
    settings.hint_facts = hint_facts(options);
    return settings;
}

std::vector<std::string> host_names(const Targets& targets) {
    std::vector<std::string> names;
    for (const Target& target : targets) {
        names.push_back(target.host);
    }
    return names;
}

}  // namespace pt::client
