#include "client/journal.hpp"

#include <algorithm>

namespace pt::client {

bool in_doubt(const Findings& findings) {
    const bool settled = findings.echo || findings.altered_echo || findings.no_route ||
                         findings.interrupted || findings.local_error != 0;
    return !settled;
}

std::vector<Inquiry> inquiries_for(Inquiry::Kind kind, std::vector<ProtocolPort> ports,
                                   std::uint32_t lead_ms) {
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
        inquiries.push_back({kind, port.protocol, port.port, 1, lead_ms});
    }
    return inquiries;
}

void ArrivalRecords::add(const IpAddress& address, const InquiryAnswer& answer) {
    const Inquiry& inquiry = answer.inquiry;
    for (std::size_t i = 0; i < answer.values.size(); ++i) {
        const auto port = static_cast<std::uint16_t>(to_number(inquiry.first) + i);
        const PortRecord seen = to_record(answer.values[i]);
        PortRecord& record = records_[{inquiry.protocol, address, Port{port}}].record;
        record.listening = record.listening || seen.listening;
        record.frame = record.frame || seen.frame;
        record.established = record.established || seen.established;
        record.attempt = record.attempt || seen.attempt;
        record.reset = record.reset || seen.reset;
        record.other = record.other || seen.other;
        record.incomplete = record.incomplete || seen.incomplete;
        record.deaf = record.deaf || seen.deaf;
    }
    counters_[address] = answer.counters;
}

std::optional<ArrivalRecords::Found> ArrivalRecords::find(const Endpoint& endpoint) const {
    const auto found = records_.find(endpoint);
    return found == records_.end() ? std::nullopt : std::optional{found->second};
}

SessionCounters ArrivalRecords::counters() const {
    SessionCounters sum;
    for (const auto& [address, counters] : counters_) {
        sum.frames += counters.frames;
        sum.duplicates += counters.duplicates;
        sum.altered_padding += counters.altered_padding;
        sum.reordered += counters.reordered;
    }
    return sum;
}

void learn(Knowledge& knowledge, const PortRecord& record) {
    // A frame that has arrived had a listener, whatever port it was aimed at (DNAT).
    knowledge.server_holds_port = record.listening || record.frame;
    knowledge.server_deaf = record.deaf;
    if (record.frame || record.established) {
        knowledge.server_was_reset = record.reset;
    }
    if (record.frame) {
        knowledge.reached = Reached::frame;
    } else if (record.established) {
        knowledge.reached = Reached::established;
    } else if (record.attempt) {
        knowledge.reached = Reached::attempt;
    } else if (!record.other && !record.incomplete) {
        knowledge.reached = Reached::nothing;
    }
}

}  // namespace pt::client
