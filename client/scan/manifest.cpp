#include "client/scan/manifest.hpp"

#include <algorithm>

namespace pt::client {
namespace {

bool continues(const Manifest::Stretch& stretch, Protocol protocol, std::uint32_t port,
               PortState state) {
    return stretch.state == state && stretch.ports.protocol == protocol &&
           to_number(stretch.ports.last) + 1U == port;
}

void add_answer(const InquiryAnswer& answer, std::vector<Manifest::Stretch>& stretches) {
    for (std::size_t place = 0; place < answer.values.size(); ++place) {
        const PortState state = to_port_state(answer.values[place]);
        if (state == PortState::not_asked) {
            continue;
        }
        const Protocol protocol = answer.inquiry.protocol;
        const auto number = static_cast<std::uint16_t>(to_number(answer.inquiry.first) + place);
        if (!stretches.empty() && continues(stretches.back(), protocol, number, state)) {
            stretches.back().ports.last = Port{number};
        } else {
            stretches.push_back({{protocol, Port{number}, Port{number}}, state});
        }
    }
}

}  // namespace

std::vector<Inquiry> manifest_inquiries() {
    std::vector<Inquiry> inquiries;
    for (const Protocol protocol : all_protocols) {
        for (std::uint32_t first = 0; first < port_count; first += max_inquiry_ports) {
            inquiries.push_back({Inquiry::Kind::manifest, protocol,
                                 Port{static_cast<std::uint16_t>(first)}, max_inquiry_ports, 0});
        }
    }
    return inquiries;
}

Manifest read_manifest(const KnownServer& server, const InquiryOutcome& outcome) {
    Manifest manifest;
    manifest.address = server.address;
    manifest.instance = server.instance;
    manifest.complete = outcome.complete();
    // The answers are in the inquiries' order, and so are the ports.
    for (const auto& answer : outcome.answers) {
        if (answer && answer->inquiry.kind == Inquiry::Kind::manifest) {
            manifest.exact_record = answer->exact_record;
            add_answer(*answer, manifest.stretches);
        }
    }
    return manifest;
}

}  // namespace pt::client
