#include "client/conclude/journal.hpp"

#include <algorithm>
#include <utility>

namespace pt::client {
namespace {

/// What is there or was seen.
void add_seen(PortRecord& sum, const PortRecord& more) {
    const bool punctual = (sum.frame && !sum.late) || (more.frame && !more.late);
    sum.listening = sum.listening || more.listening;
    sum.frame = sum.frame || more.frame;
    sum.established = sum.established || more.established;
    sum.attempt = sum.attempt || more.attempt;
    sum.reset = sum.reset || more.reset;
    sum.deaf = sum.deaf || more.deaf;
    sum.marked = sum.marked || more.marked;
    sum.astray = sum.astray || more.astray;
    sum.late = sum.frame && !punctual;
}

/// What may have been missed.
void add_gaps(PortRecord& sum, const PortRecord& more) {
    sum.other = sum.other || more.other;
    sum.incomplete = sum.incomplete || more.incomplete;
}

}  // namespace

std::vector<Inquiry> inquiries_for(Inquiry::Kind kind, std::vector<ProtocolPort> ports,
                                   std::uint32_t lead_ms, std::uint32_t rtt_us) {
    std::sort(ports.begin(), ports.end());
    std::vector<Inquiry> inquiries;
    for (const ProtocolPort& port : ports) {
        const std::uint32_t number = to_number(port.port);
        if (!inquiries.empty() && inquiries.back().protocol == port.protocol) {
            Inquiry& last = inquiries.back();
            const std::uint32_t reach = number - to_number(last.first) + 1;
            if (reach <= max_inquiry_ports) {
                last.count = static_cast<std::uint16_t>(reach);
                continue;
            }
        }
        inquiries.push_back({kind, port.protocol, port.port, 1, lead_ms, rtt_us});
    }
    return inquiries;
}

void ServerRecords::add(const IpAddress& address, std::uint64_t instance,
                        const InquiryAnswer& answer) {
    const Inquiry& inquiry = answer.inquiry;
    Server& server = servers_[{address, instance}];
    for (std::size_t i = 0; i < answer.values.size(); ++i) {
        const auto port = static_cast<std::uint16_t>(to_number(inquiry.first) + i);
        PortRecord seen = to_record(inquiry.protocol, answer.values[i]);
        // Of a port that the server does not hold, `other` says no more than that it counts.
        const bool is_count = inquiry.protocol == Protocol::tcp && !seen.listening;
        const bool counts = seen.other && (answer.counts_others || is_count);
        seen.other = seen.other && !is_count;
        const bool left_a_trace = seen.attempt || seen.established || counts;
        if (inquiry.protocol == Protocol::tcp && seen.unfinished > 0) {
            server.unfinished[Port{port}] = seen.unfinished;
        }
        if (inquiry.protocol == Protocol::tcp && left_a_trace && !seen.frame && !seen.marked) {
            server.without_frame.insert(Protocol::tcp, Port{port});
        } else if (inquiry.protocol == Protocol::tcp && seen.other && !seen.frame) {
            server.perhaps_early.insert(Protocol::tcp, Port{port});
        }
        PortRecord& record = records_[{{inquiry.protocol, address, Port{port}}, instance}];
        add_seen(record, seen);
        add_gaps(record, seen);
    }
    // Answers may overtake each other: what has been counted once stays counted.
    const SessionCounters before = std::exchange(server.counters, answer.counters);
    server.counters.ports_without_frame =
        std::max(server.counters.ports_without_frame, before.ports_without_frame);
    server.counters.early_ports = std::max(server.counters.early_ports, before.early_ports);
    server.exact = server.exact && answer.exact_record;
    server.stalled = server.stalled || answer.server_stalled;
    server.rewritten = server.rewritten || answer.asked_at.bytes() != address.bytes();
}

std::optional<ServerRecords::Found> ServerRecords::find(const Endpoint& endpoint) const {
    const auto first = records_.lower_bound({endpoint, 0});
    const auto last = std::find_if(first, records_.end(),
                                   [&](const auto& told) { return told.first.first != endpoint; });
    if (first == last) {
        return std::nullopt;
    }
    const bool is_held =
        std::any_of(first, last, [](const auto& told) { return told.second.listening; });
    Found found{{}, true};
    for (auto told = first; told != last; ++told) {
        const auto& [key, record] = *told;
        add_seen(found.record, record);
        if (record.listening || !is_held) {
            add_gaps(found.record, record);
            found.rewritten =
                found.rewritten && servers_.at({endpoint.address, key.second}).rewritten;
        }
    }
    return found;
}

ServerRecords::Summary ServerRecords::summary(const IpAddress& address, const PortSet& probed,
                                              const GivenUp& given_up) const {
    Summary summary;
    for (const auto& [key, server] : servers_) {
        if (key.first != address) {
            continue;
        }
        const auto explained_by_attempts = static_cast<std::size_t>(std::count_if(
            server.unfinished.begin(), server.unfinished.end(), [&](const auto& left) {
                const auto gave_up = given_up.find(left.first);
                return left.second < PortRecord::many_unfinished && gave_up != given_up.end() &&
                       left.second <= PortRecord::unfinished_steps.at(
                                          PortRecord::unfinished_step(gave_up->second));
            }));
        const auto explained = [&](const PortSet& seen) {
            PortSet elsewhere = seen;
            elsewhere.erase(probed);
            return seen.size() - elsewhere.size();
        };
        summary.exact = summary.exact && server.exact;
        summary.stalled = summary.stalled || server.stalled;
        summary.rewritten = summary.rewritten || server.rewritten;
        summary.gone_astray = summary.gone_astray ||
                              server.counters.ports_without_frame >
                                  explained(server.without_frame) + explained_by_attempts ||
                              server.counters.early_ports > explained(server.perhaps_early);
    }
    return summary;
}

bool ServerRecords::has_traces_without_frame(const IpAddress& address) const {
    return std::any_of(servers_.begin(), servers_.end(), [&](const auto& told) {
        const auto& [key, server] = told;
        return key.first == address &&
               (!server.without_frame.empty() || !server.perhaps_early.empty());
    });
}

SessionCounters ServerRecords::counters() const {
    SessionCounters sum;
    for (const auto& [key, server] : servers_) {
        sum.frames += server.counters.frames;
        sum.duplicates += server.counters.duplicates;
        sum.altered_padding += server.counters.altered_padding;
        sum.reordered += server.counters.reordered;
    }
    return sum;
}

}  // namespace pt::client
