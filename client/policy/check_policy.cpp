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

/// The results of each host, by address, protocol and port.
class ResultIndex {
public:
    explicit ResultIndex(const std::vector<Result>& results) {
        for (const Result& result : results) {
            hosts_[result.host].push_back(&result);
        }
        for (auto& [host, found] : hosts_) {
            std::sort(found.begin(), found.end(),
                      [](const Result* a, const Result* b) { return key_of(*a) < key_of(*b); });
        }
    }

    /// The addresses of a host that have results.
    std::vector<IpAddress> addresses(const std::string& host) const {
        std::vector<IpAddress> addresses;
        for (const Result* result : of(host)) {
            if (addresses.empty() || addresses.back() != result->endpoint.address) {
                addresses.push_back(result->endpoint.address);
            }
        }
        return addresses;
    }

    const Result* find(const std::string& host, const Endpoint& endpoint) const {
        const auto& found = of(host);
        const auto place = std::lower_bound(
            found.begin(), found.end(), endpoint, [](const Result* result, const Endpoint& wanted) {
                return key_of(*result) < std::tie(wanted.address, wanted.protocol, wanted.port);
            });
        return place == found.end() || (*place)->endpoint != endpoint ? nullptr : *place;
    }

private:
    const std::vector<const Result*>& of(const std::string& host) const {
        static const std::vector<const Result*> none;
        const auto found = hosts_.find(host);
        return found == hosts_.end() ? none : found->second;
    }

    std::unordered_map<std::string_view, std::vector<const Result*>> hosts_;
};

bool says_the_same(const CheckedPorts& before, const CheckedPorts& next) {
    const bool same_conclusion =
        before.result == nullptr || next.result == nullptr
            ? before.result == next.result
            : before.result->conclusion == next.result->conclusion &&
                  before.result->endpoint.address == next.result->endpoint.address &&
                  before.result->local_reason == next.result->local_reason;
    return same_conclusion && before.judgement == next.judgement && before.wanted == next.wanted &&
           before.host == next.host && before.ports.protocol == next.ports.protocol &&
           to_number(before.ports.last) + 1U == to_number(next.ports.first);
}

/// One port of one address, or of none where nothing is known of the host.
void check_port(CheckedTest& checked, CheckedPorts port) {
    port.judgement = port.result == nullptr
                         ? Judgement{Outcome::inconclusive, "the scan was interrupted"}
                         : judge(*port.wanted, *port.result);
    checked.counts.add(port.judgement.outcome);
    if (!checked.ports.empty() && says_the_same(checked.ports.back(), port)) {
        checked.ports.back().ports.last = port.ports.last;
        ++checked.ports.back().count;
    } else {
        port.count = 1;
        checked.ports.push_back(std::move(port));
    }
}

void check_host(CheckedTest& checked, const PolicyHost& host, const Expectation& expectation,
                const ResultIndex& index) {
    auto addresses = index.addresses(host.host);
    if (addresses.empty()) {
        addresses.emplace_back();
    }
    for (const IpAddress& address : addresses) {
        for (const auto& [protocol, first, last] : expectation.ports) {
            for (std::uint32_t number = to_number(first); number <= to_number(last); ++number) {
                const Port port{static_cast<std::uint16_t>(number)};
                check_port(checked, {.host = &host,
                                     .ports = {protocol, port, port},
                                     .wanted = &expectation.wanted,
                                     .judgement = {},
                                     .result = index.find(host.host, {protocol, address, port}),
                                     .count = 1});
            }
        }
    }
}

}  // namespace

void OutcomeCounts::add(Outcome outcome, std::size_t count) {
    (outcome == Outcome::passed   ? passed
     : outcome == Outcome::failed ? failed
                                  : inconclusive) += count;
}

Outcome OutcomeCounts::outcome() const {
    return failed > 0         ? Outcome::failed
           : inconclusive > 0 ? Outcome::inconclusive
                              : Outcome::passed;
}

CheckedPolicy check_policy(const Policy& policy, const std::vector<Result>& results) {
    const ResultIndex index{results};
    CheckedPolicy checked;
    for (const PolicyTest& test : policy.tests) {
        CheckedTest one{.test = &test, .ports = {}, .counts = {}};
        for (const PolicyHost& host : test.to) {
            for (const Expectation& expectation : test.expectations) {
                check_host(one, host, expectation, index);
            }
        }
        checked.test_counts.add(one.counts.outcome());
        checked.counts.add(Outcome::passed, one.counts.passed);
        checked.counts.add(Outcome::failed, one.counts.failed);
        checked.counts.add(Outcome::inconclusive, one.counts.inconclusive);
        checked.tests.push_back(std::move(one));
    }
    return checked;
}

}  // namespace pt::client
