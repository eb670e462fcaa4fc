#include "client/compare/changes.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <unordered_map>

#include "client/compare/difference.hpp"
#include "client/compare/host_changes.hpp"

namespace pt::client {
namespace {

/// The addresses that a scan was made from; nothing where there are too many to tell.
class Sources {
public:
    void add(const Result& result) {
        if (!result.local || result.local->address.is_unspecified() || too_many_) {
            return;
        }
        const IpAddress address{result.local->address.bytes()};
        if (address != last_) {
            last_ = address;
            addresses_.insert(address);
            too_many_ = addresses_.size() > max_addresses;
        }
    }

    bool is_disjoint(const Sources& other) const {
        const auto known = [](const Sources& sources) {
            return !sources.too_many_ && !sources.addresses_.empty();
        };
        return known(*this) && known(other) &&
               std::none_of(addresses_.begin(), addresses_.end(), [&](const IpAddress& address) {
                   return other.addresses_.contains(address);
               });
    }

    std::string text() const {
        const auto first = addresses_.begin()->to_string();
        return addresses_.size() == 1
                   ? first
                   : first + " and " + std::to_string(addresses_.size() - 1) + " more";
    }

private:
    static constexpr std::size_t max_addresses = 64;

    std::set<IpAddress> addresses_;
    IpAddress last_;
    bool too_many_ = false;
};

class HostList {
public:
    HostResults& of(const std::string& name) {
        if (hosts_.empty() || hosts_[last_].name != name) {
            const auto [place, is_new] = places_.try_emplace(name, hosts_.size());
            if (is_new) {
                hosts_.push_back({name, {}, {}});
            }
            last_ = place->second;
        }
        return hosts_[last_];
    }

    std::vector<HostResults>& all() { return hosts_; }

private:
    std::unordered_map<std::string, std::size_t> places_;
    std::vector<HostResults> hosts_;
    std::size_t last_ = 0;
};

/// A host that one scan alone has.
Change host_change(ChangeKind kind, const std::string& name, const ResultRefs& results) {
    Change change;
    change.kind = kind;
    change.host = name;
    change.ports = results.size();
    change.reachable =
        static_cast<std::size_t>(std::count_if(results.begin(), results.end(), [](const Result* r) {
            return reach_of(r->conclusion.verdict) == Reach::reachable;
        }));
    return change;
}

void note_sources(const std::vector<Result>& before, const std::vector<Result>& after,
                  Comparison& comparison) {
    Sources one;
    Sources other;
    for (const Result& result : before) {
        one.add(result);
    }
    for (const Result& result : after) {
        other.add(result);
    }
    if (one.is_disjoint(other)) {
        comparison.remarks.push_back("the scans were made from different addresses: " + one.text() +
                                     " before, " + other.text() + " after");
    }
}

bool is_difference(ChangeKind kind) { return kind != ChangeKind::not_comparable; }

}  // namespace

std::string_view to_string(ChangeKind kind) {
    switch (kind) {
        case ChangeKind::newly_open: return "newly-open";
        case ChangeKind::newly_blocked: return "newly-blocked";
        case ChangeKind::changed: return "changed";
        case ChangeKind::not_comparable: return "not-comparable";
        case ChangeKind::only_before: return "only-before";
        case ChangeKind::only_after: return "only-after";
        case ChangeKind::removed_host: return "removed-host";
        case ChangeKind::new_host: return "new-host";
    }
    return "?";
}

const IpAddress& Change::address() const {
    return (after && !(before && after->address.is_unspecified()) ? after : before)->address;
}

std::optional<IpAddress> Change::address_before() const {
    const bool both = before && after && !before->address.is_unspecified();
    return both && before->address != address() ? std::optional{before->address} : std::nullopt;
}

std::size_t Comparison::count(ChangeKind kind) const {
    return std::accumulate(changes.begin(), changes.end(), std::size_t{0},
                           [kind](std::size_t sum, const Change& change) {
                               const auto number = change.is_host() ? 1 : change.ports;
                               return sum + (change.kind == kind ? number : 0);
                           });
}

std::size_t Comparison::same() const {
    return compared - count(ChangeKind::newly_open) - count(ChangeKind::newly_blocked) -
           count(ChangeKind::changed);
}

Comparison compare(const std::vector<Result>& before, const std::vector<Result>& after,
                   const CutScans& cut) {
    HostList hosts;
    for (const Result& result : before) {
        hosts.of(result.host).before.push_back(&result);
    }
    for (const Result& result : after) {
        hosts.of(result.host).after.push_back(&result);
    }
    Comparison comparison;
    comparison.cut = cut;
    comparison.hosts = hosts.all().size();
    note_sources(before, after, comparison);
    for (HostResults& host : hosts.all()) {
        if (host.after.empty() && !cut.after) {
            comparison.changes.push_back(
                host_change(ChangeKind::removed_host, host.name, host.before));
        } else if (host.before.empty() && !cut.before) {
            comparison.changes.push_back(host_change(ChangeKind::new_host, host.name, host.after));
        } else {
            compare_host(host, comparison);
        }
    }
    return comparison;
}

CompareExit compare_exit(const Comparison& comparison) {
    const auto& changes = comparison.changes;
    if (std::any_of(changes.begin(), changes.end(),
                    [](const Change& change) { return is_difference(change.kind); })) {
        return CompareExit::different;
    }
    const bool whole = changes.empty() && !comparison.cut.before && !comparison.cut.after;
    return whole && comparison.compared > 0 ? CompareExit::identical : CompareExit::not_comparable;
}

}  // namespace pt::client
