#include "client/policy/policy_ports.hpp"

#include <algorithm>
#include <deque>

#include "client/policy/policy_values.hpp"

namespace pt::client {
namespace {

/// Each costs two sets of ports.
constexpr std::size_t max_kinds = 256;

/// All ports of which the same is expected.
struct Kind {
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

ClaimConflict conflict_of(const std::vector<PortClaim>& claims, const Kind& a, const Kind& b,
                          const PortSet& both, bool single) {
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
    std::deque<Kind> kinds;
    for (std::size_t place = 0; place < claims.size(); ++place) {
        const PortClaim& claim = claims[place];
        auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const Kind& kind) { return *kind.wanted == claim.wanted; });
        if (found == kinds.end()) {
            if (kinds.size() == max_kinds) {
                return ClaimConflict{place, "more than " + std::to_string(max_kinds) +
                                                " different expectations in a test: split it"};
            }
            found = kinds.insert(kinds.end(), {&claim.wanted, place});
        }
        for (const auto& range : claim.ports) {
            (range.first == range.last ? found->single : found->ranges)
                .insert(range.protocol, range.first, range.last);
        }
    }
    PortSet single;  // of those before
    PortSet ranges;
    for (const Kind& kind : kinds) {
        for (const auto& [mine, others, member] :
             {std::tuple{&kind.single, &single, &Kind::single},
              std::tuple{&kind.ranges, &ranges, &Kind::ranges}}) {
            if (member == &Kind::ranges && kind.is_blocked()) {
                continue;
            }
            if (const auto both = overlap(*mine, *others); !both.empty()) {
                const auto other = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& one) {
                    return !overlap(one.*member, both).empty();
                });
                return conflict_of(claims, *other, kind, both, member == &Kind::single);
            }
            others->insert(*mine);
        }
    }
    std::vector<Expectation> expectations;
    for (const Kind& kind : kinds) {
        PortSet ports = kind.ranges;
        ports.erase(single);
        if (kind.is_blocked()) {
            ports.erase(ranges);
        }
        ports.insert(kind.single);
        if (!ports.empty()) {
            expectations.push_back({ports.ranges(), *kind.wanted});
        }
    }
    return expectations;
}

}  // namespace pt::client
