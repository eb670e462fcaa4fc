#include "client/compare/host_changes.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <span>
#include <tuple>
#include <utility>

#include "client/compare/difference.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_remarks = 64;

using Refs = std::span<const Result* const>;
using PortKey = std::pair<Protocol, Port>;

PortKey port_key(const Result* result) {
    return {result->endpoint.protocol, result->endpoint.port};
}

bool is_before_by_port(const Result* a, const Result* b) { return port_key(a) < port_key(b); }

auto endpoint_key(const Result* result) {
    return std::tie(result->endpoint.address, result->endpoint.protocol, result->endpoint.port);
}

/// By address, protocol and port; the last of several for one endpoint.
void sort_results(ResultRefs& results) {
    const auto is_before = [](const Result* a, const Result* b) {
        return endpoint_key(a) < endpoint_key(b);
    };
    if (!std::is_sorted(results.begin(), results.end(), is_before)) {
        std::stable_sort(results.begin(), results.end(), is_before);
    }
    const auto is_same = [](const Result* a, const Result* b) {
        return endpoint_key(a) == endpoint_key(b);
    };
    const auto kept = std::unique(results.rbegin(), results.rend(), is_same);
    results.erase(results.begin(), kept.base());
}

/// One scan's results of a host.
struct Split {
    ResultRefs unresolved;  ///< of runs that could not resolve the name: of no address; by port
    ResultRefs resolved;
    std::vector<Refs> by_address;  ///< the latter, for each address
};

Split split(ResultRefs& results) {
    sort_results(results);
    Split split;
    for (const Result* result : results) {
        const bool resolved = !result->endpoint.address.is_unspecified();
        (resolved ? split.resolved : split.unresolved).push_back(result);
    }
    std::sort(split.unresolved.begin(), split.unresolved.end(), is_before_by_port);
    for (auto first = split.resolved.begin(); first != split.resolved.end();) {
        const auto last = std::find_if(first, split.resolved.end(), [&](const Result* result) {
            return result->endpoint.address != (*first)->endpoint.address;
        });
        split.by_address.emplace_back(first, last);
        first = last;
    }
    return split;
}

/// What the scan says of pt-server at one address.
bool is_proof_of_server(const Result& result) {
    const Verdict verdict = result.conclusion.verdict;
    const auto direction = result.conclusion.direction.value_or(Direction::unknown);
    return verdict == Verdict::open || verdict == Verdict::intercepted || verdict == Verdict::cut ||
           result.conclusion.evidence == Evidence::forged_reset || direction != Direction::unknown;
}

/// A host that is down looks the same.
bool may_be_absence(const Conclusion& conclusion) {
    return conclusion.evidence == Evidence::icmp_host_unreachable ||
           (conclusion.verdict == Verdict::filtered && conclusion.direction == Direction::unknown);
}

class HostComparison {
public:
    HostComparison(HostResults& host, Comparison& comparison)
        : name_{host.name},
          before_{split(host.before)},
          after_{split(host.after)},
          comparison_{comparison} {}

    void run() {
        const auto& before = before_.by_address;
        const auto& after = after_.by_address;
        if (before.size() == 1 && after.size() == 1) {
            take_only_address(before.front(), after.front());
        } else {
            merge(before, after, [](Refs refs) { return refs.front()->endpoint.address; });
        }
        take_unresolved();
    }

private:
    /// Walks two ordered lists; `take` gets the elements of each that have the same key.
    template <class List, class Key>
    void merge(const List& before, const List& after, Key key) {
        auto one = before.begin();
        auto other = after.begin();
        while (one != before.end() || other != after.end()) {
            if (other == after.end() || (one != before.end() && key(*one) < key(*other))) {
                take_before(*one++);
            } else if (one == before.end() || key(*other) < key(*one)) {
                take_after(*other++);
            } else {
                take_both(*one++, *other++);
            }
        }
    }

    void take_only_address(Refs before, Refs after) {
        const IpAddress& one = before.front()->endpoint.address;
        const IpAddress& other = after.front()->endpoint.address;
        if (one != other) {
            comparison_.address_changes.push_back({name_, one, other});
        }
        take_both(before, after);
    }

    void take_both(Refs before, Refs after) {
        absent_before_ = absent_after_ = false;
        merge(before, after, port_key);
        note_absence(before, absent_before_, "first");
        note_absence(after, absent_after_, "second");
    }

    void take_before(Refs results) {
        for (const Result* result : results) {
            take_before(result);
        }
    }

    void take_after(Refs results) {
        for (const Result* result : results) {
            take_after(result);
        }
    }

    void take_both(const Result* before, const Result* after) {
        const auto differs = difference(*before, *after);
        const bool unknown = reach_of(before->conclusion.verdict) == Reach::unknown ||
                             reach_of(after->conclusion.verdict) == Reach::unknown;
        comparison_.compared += unknown ? 0U : 1U;
        comparison_.untested_in_both += unknown && !differs ? 1U : 0U;
        if (!differs) {
            return;
        }
        if (differs->kind == ChangeKind::newly_open) {
            absent_before_ = absent_before_ || may_be_absence(before->conclusion);
        } else if (differs->kind == ChangeKind::newly_blocked) {
            absent_after_ = absent_after_ || may_be_absence(after->conclusion);
        }
        add(differs->kind, after->endpoint, before, after, differs->remarks);
    }

    void take_before(const Result* result) {
        if (const Result* other = find(after_.unresolved, result)) {
            take_both(result, other);
        } else if (comparison_.cut.after) {
            add(ChangeKind::not_comparable, result->endpoint, result, nullptr,
                {"missing after: the file has been cut"});
        } else {
            add(ChangeKind::only_before, result->endpoint, result, nullptr, {});
        }
    }

    void take_after(const Result* result) {
        if (const Result* other = find(before_.unresolved, result)) {
            take_both(other, result);
        } else if (comparison_.cut.before) {
            add(ChangeKind::not_comparable, result->endpoint, nullptr, result,
                {"missing before: the file has been cut"});
        } else {
            add(ChangeKind::only_after, result->endpoint, nullptr, result, {});
        }
    }

    /// Those of ports that have no result with an address in either scan.
    void take_unresolved() {
        if (before_.unresolved.empty() && after_.unresolved.empty()) {
            return;
        }
        std::vector<PortKey> known;
        for (const auto* results : {&before_.resolved, &after_.resolved}) {
            std::transform(results->begin(), results->end(), std::back_inserter(known), port_key);
        }
        std::sort(known.begin(), known.end());
        for (auto* results : {&before_.unresolved, &after_.unresolved}) {
            std::erase_if(*results, [&](const Result* result) {
                return std::binary_search(known.begin(), known.end(), port_key(result));
            });
        }
        merge(before_.unresolved, after_.unresolved, port_key);
    }

    static const Result* find(const ResultRefs& unresolved, const Result* wanted) {
        const auto found =
            std::lower_bound(unresolved.begin(), unresolved.end(), wanted, is_before_by_port);
        const bool is_same = found != unresolved.end() && port_key(*found) == port_key(wanted);
        return is_same ? *found : nullptr;
    }

    void note_absence(Refs results, bool absent, const char* scan) {
        const bool proven = std::any_of(results.begin(), results.end(), [](const Result* result) {
            return is_proof_of_server(*result);
        });
        if (absent && !proven && comparison_.remarks.size() < max_remarks) {
            const auto address = results.front()->endpoint.address.to_string();
            const auto host = safe_text(name_);
            comparison_.remarks.push_back(
                host + (host == address ? "" : " (" + address + ')') +
                ": no pt-server was found in the " + scan +
                " scan: silence and unreachable hosts may mean that the host was down");
        }
    }

    void add(ChangeKind kind, const Endpoint& endpoint, const Result* before, const Result* after,
             const std::vector<std::string>& remarks) {
        Change change;
        change.kind = kind;
        change.protocol = endpoint.protocol;
        change.first = change.last = endpoint.port;
        change.before = before == nullptr ? std::nullopt : std::optional{side_of(*before)};
        change.after = after == nullptr ? std::nullopt : std::optional{side_of(*after)};
        change.remarks = remarks;
        if (any_ && continues(comparison_.changes.back(), change)) {
            comparison_.changes.back().last = change.last;
            ++comparison_.changes.back().ports;
            return;
        }
        change.host = name_;
        comparison_.changes.push_back(std::move(change));
        any_ = true;
    }

    static bool continues(const Change& range, const Change& next) {
        return range.kind == next.kind && range.protocol == next.protocol &&
               to_number(range.last) + 1 == to_number(next.first) && range.before == next.before &&
               range.after == next.after && range.remarks == next.remarks;
    }

    const std::string& name_;
    Split before_;
    Split after_;
    Comparison& comparison_;
    bool any_ = false;  ///< the last change is of this host
    bool absent_before_ = false;
    bool absent_after_ = false;
};

}  // namespace

void compare_host(HostResults& host, Comparison& comparison) {
    HostComparison{host, comparison}.run();
}

}  // namespace pt::client
