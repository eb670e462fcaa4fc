#include "client/policy/policy_ports.hpp"

#include <algorithm>
#include <deque>

#include "client/policy/policy_values.hpp"

namespace pt::client {
namespace {

/// Each costs two sets of ports.
constexpr std::size_t max_groups = 256;

/// All ports of which the same is expected.
struct PortGroup {
    const Wanted* wanted;
    std::size_t first_claim;
    PortSet single{};
    PortSet ranges{};

    bool is_blocked() const { return wanted->kind == Wanted::Kind::blocked; }
};

PortSet overlap(const PortSet& a, const PortSet& b) {
    PortSet only_a = a;
    only_a.erase(b);
    PortSet both = a;
    both.erase(only_a);
    return both;
}

/// By a port that is named by itself, or by a range.
bool touches(const PortClaim& claim, const PortSet& ports, bool single) {
    return std::any_of(claim.ports.begin(), claim.ports.end(), [&](const PortSet::Range& range) {
        if ((range.first == range.last) != single) {
            return false;
        }
        PortSet set;
        set.insert(range.protocol, range.first, range.last);
        return !overlap(set, ports).empty();
    });
}

ClaimConflict conflict_of(const std::vector<PortClaim>& claims, const PortGroup& a,
                          const PortGroup& b, const PortSet& both, bool single) {
    std::size_t place = std::max(a.first_claim, b.first_claim);
    while (place + 1 < claims.size() && !touches(claims[place], both, single)) {
        ++place;
    }
    const auto range = both.ranges().front();
    return {place, describe(range) + " is expected to be both " + describe(*a.wanted) + " and " +
                       describe(*b.wanted)};
}

}  // namespace

Expected<std::vector<Expectation>, ClaimConflict> settle_claims(
    const std::vector<PortClaim>& claims) {
    std::deque<PortGroup> groups;
    for (std::size_t place = 0; place < claims.size(); ++place) {
        const PortClaim& claim = claims[place];
        auto found = std::find_if(groups.begin(), groups.end(), [&](const PortGroup& group) {
            return *group.wanted == claim.wanted;
        });
        if (found == groups.end()) {
            if (groups.size() == max_groups) {
                return ClaimConflict{place, "more than " + std::to_string(max_groups) +
                                                " different expectations in a test: split it"};
            }
            found = groups.insert(groups.end(), {&claim.wanted, place});
        }
        for (const auto& range : claim.ports) {
            (range.first == range.last ? found->single : found->ranges)
                .insert(range.protocol, range.first, range.last);
        }
    }
    PortSet single;  // of those before
    PortSet ranges;
    for (const PortGroup& group : groups) {
        for (const auto member : {&PortGroup::single, &PortGroup::ranges}) {
            const bool is_single = member == &PortGroup::single;
            if (!is_single && group.is_blocked()) {
                continue;
            }
            PortSet& others = is_single ? single : ranges;
            if (const auto both = overlap(group.*member, others); !both.empty()) {
                const auto other = std::find_if(
                    groups.begin(), groups.end(),
                    [&](const PortGroup& one) { return !overlap(one.*member, both).empty(); });
                return conflict_of(claims, *other, group, both, is_single);
            }
            others.insert(group.*member);
        }
    }
    std::vector<Expectation> expectations;
    for (const PortGroup& group : groups) {
        PortSet ports = group.ranges;
        ports.erase(single);
        if (group.is_blocked()) {
            ports.erase(ranges);
        }
        ports.insert(group.single);
        if (!ports.empty()) {
            expectations.push_back({ports.ranges(), *group.wanted});
        }
    }
    return expectations;
}

}  // namespace pt::client
