#include "client/policy/check_policy.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace pt::client {
namespace {

auto key_of(const Result& result) {
    return std::tie(result.endpoint.address, result.endpoint.protocol, result.endpoint.port);
}

/// What became of the attempts on the open ports of an address.
struct Loss {
    std::size_t lost = 0;
    std::size_t all = 0;

    void add(const Result& result) {
        if (result.conclusion.verdict == Verdict::open && result.findings) {
            lost += result.findings->lost;
            all += std::size_t{result.findings->lost} + 1;
        }
    }
    /// Whether all of so many attempts may well have been lost by chance. A scan makes enough of
    /// them, unless it was told how many.
    bool explains(std::uint32_t attempts) const {
        constexpr double max_chance = 1e-4;
        return lost > 0 && std::pow(static_cast<double>(lost) / static_cast<double>(all),
                                    attempts) > max_chance;
    }
};

/// The results of one host, by address, protocol and port.
struct HostResults {
    std::vector<const Result*> results;
    std::vector<IpAddress> addresses;
    std::map<IpAddress, Loss> losses;

    void sort() {
        std::sort(results.begin(), results.end(),
                  [](const Result* a, const Result* b) { return key_of(*a) < key_of(*b); });
        for (const Result* result : results) {
            const IpAddress& address = result->endpoint.address;
            if (addresses.empty() || addresses.back() != address) {
                addresses.push_back(address);
            }
            losses[address].add(*result);
        }
    }

    const Result* find(const Endpoint& endpoint) const {
        const auto place = std::lower_bound(
            results.begin(), results.end(), endpoint,
            [](const Result* result, const Endpoint& one) {
                return key_of(*result) < std::tie(one.address, one.protocol, one.port);
            });
        return place == results.end() || (*place)->endpoint != endpoint ? nullptr : *place;
    }
};

using ResultIndex = std::unordered_map<std::string_view, HostResults>;

ResultIndex index_of(const std::vector<Result>& results) {
    ResultIndex index;
    for (const Result& result : results) {
        index[result.host].results.push_back(&result);
    }
    for (auto& [host, found] : index) {
        found.sort();
    }
    return index;
}

bool says_the_same(const CheckedPorts& before, const CheckedPorts& next) {
    const bool same_conclusion =
        before.result == nullptr || next.result == nullptr
            ? before.result == next.result
            : before.result->conclusion == next.result->conclusion &&
                  before.result->endpoint.address == next.result->endpoint.address &&
                  before.result->local_reason == next.result->local_reason;
    return same_conclusion && before.judgement == next.judgement &&
           before.ports.protocol == next.ports.protocol &&
           to_number(before.ports.last) + 1U == to_number(next.ports.first);
}

void add(CheckedExpectation& checked, CheckedPorts port) {
    checked.counts.add(port.judgement.outcome);
    if (!checked.ports.empty() && says_the_same(checked.ports.back(), port)) {
        checked.ports.back().ports.last = port.ports.last;
    } else {
        checked.ports.push_back(std::move(port));
    }
}

Judgement judge_port(const Wanted& wanted, const Result* result, const HostResults& found) {
    if (result == nullptr) {
        return {Outcome::inconclusive, "the scan was interrupted"};
    }
    const auto loss = found.losses.find(result->endpoint.address);
    const bool by_chance = result->conclusion.verdict == Verdict::filtered &&
                           loss != found.losses.end() && loss->second.explains(result->attempts);
    const auto judgement = judge(wanted, *result);
    return by_chance && judgement.outcome == Outcome::passed
               ? Judgement{Outcome::inconclusive,
                           "attempts on open ports were lost, too: more of them tell (--tries)"}
               : judgement;
}

/// All ports at one address; at none, where nothing is known of the host.
void check_address(CheckedExpectation& checked, const HostResults& found,
                   const IpAddress& address) {
    for (const auto& [protocol, first, last] : checked.expectation->ports) {
        for (std::uint32_t number = to_number(first); number <= to_number(last); ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            const Result* result = found.find({protocol, address, port});
            add(checked, {{protocol, port, port},
                          judge_port(checked.expectation->wanted, result, found),
                          result});
        }
    }
}

CheckedExpectation check_host(const PolicyHost& host, const Expectation& expectation,
                              const ResultIndex& index) {
    CheckedExpectation checked{&host, &expectation, {}, {}};
    const auto found = index.find(host.host);
    if (found == index.end()) {
        check_address(checked, {}, {});
        return checked;
    }
    for (const IpAddress& address : found->second.addresses) {
        check_address(checked, found->second, address);
    }
    return checked;
}

}  // namespace

void OutcomeCounts::add(Outcome outcome) {
    ++(outcome == Outcome::passed ? passed : outcome == Outcome::failed ? failed : inconclusive);
}

OutcomeCounts& OutcomeCounts::operator+=(const OutcomeCounts& more) {
    passed += more.passed;
    failed += more.failed;
    inconclusive += more.inconclusive;
    return *this;
}

Outcome OutcomeCounts::outcome() const {
    return failed > 0         ? Outcome::failed
           : inconclusive > 0 ? Outcome::inconclusive
                              : Outcome::passed;
}

CheckedPolicy check_policy(const Policy& policy, const std::vector<Result>& results) {
    const ResultIndex index = index_of(results);
    CheckedPolicy checked;
    for (const PolicyTest& test : policy.tests) {
        CheckedTest one{&test, {}, {}};
        for (const PolicyHost& host : test.to) {
            for (const Expectation& expectation : test.expectations) {
                one.expectations.push_back(check_host(host, expectation, index));
                one.counts += one.expectations.back().counts;
            }
        }
        checked.test_counts.add(one.counts.outcome());
        checked.counts += one.counts;
        checked.tests.push_back(std::move(one));
    }
    return checked;
}

}  // namespace pt::client
