#include "client/policy/check_policy.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <unordered_map>

namespace pt::client {
namespace {

auto key_of(const Result& result) {
    return std::tie(result.endpoint.address, result.endpoint.protocol, result.endpoint.port);
}

/// The results of one host, by address, protocol and port.
struct HostResults {
    std::vector<const Result*> results;
    std::vector<IpAddress> addresses;

    void sort() {
        std::sort(results.begin(), results.end(),
                  [](const Result* a, const Result* b) { return key_of(*a) < key_of(*b); });
        for (const Result* result : results) {
            if (addresses.empty() || addresses.back() != result->endpoint.address) {
                addresses.push_back(result->endpoint.address);
            }
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

/// All ports at one address; at none, where nothing is known of the host.
void check_address(CheckedExpectation& checked, const HostResults& found,
                   const IpAddress& address) {
    for (const auto& [protocol, first, last] : checked.expectation->ports) {
        for (std::uint32_t number = to_number(first); number <= to_number(last); ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            const Result* result = found.find({protocol, address, port});
            add(checked,
                {{protocol, port, port},
                 result == nullptr ? Judgement{Outcome::inconclusive, "the scan was interrupted"}
                                   : judge(checked.expectation->wanted, *result),
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
