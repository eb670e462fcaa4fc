#include "client/app/check_command.hpp"

#include <memory>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "client/app/collector.hpp"
#include "client/app/output_files.hpp"
#include "client/app/session.hpp"
#include "client/policy/check_policy.hpp"
#include "client/policy/inline_policy.hpp"
#include "client/policy/policy_file.hpp"
#include "client/policy/select_tests.hpp"
#include "client/report/check/check_report.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// The hosts that the tests name, each once, in the order of the policy.
std::vector<std::string> hosts_of(const Policy& policy) {
    std::vector<std::string> hosts;
    std::unordered_set<std::string_view> known;
    for (const PolicyTest& test : policy.tests) {
        for (const PolicyHost& host : test.to) {
            if (known.insert(host.host).second) {
                hosts.push_back(host.host);
            }
        }
    }
    return hosts;
}

/// Each host with all ports that some test names.
Expected<Targets> targets_of(const Policy& policy) {
    auto hosts = hosts_of(policy);
    if (hosts.size() > max_hosts) {
        return UsageError{"too many hosts: " + std::to_string(max_hosts) + " are allowed"};
    }
    std::unordered_map<std::string, PortSet> ports;
    for (const PolicyTest& test : policy.tests) {
        for (const PolicyHost& host : test.to) {
            for (const Expectation& expectation : test.expectations) {
                for (const auto& range : expectation.ports) {
                    ports[host.host].insert(range.protocol, range.first, range.last);
                }
            }
        }
    }
    Targets targets;
    for (std::string& host : hosts) {
        const PortSet& set = ports[host];
        // Many hosts with the same ports share them.
        auto shared = !targets.empty() && *targets.back().ports == set
                          ? targets.back().ports
                          : std::make_shared<const PortSet>(set);
        targets.push_back({std::move(host), std::move(shared)});
    }
    return targets;
}

/// The name of a test that takes a key for proof; null where none does.
const std::string* needs_key(const Policy& policy) {
    for (const PolicyTest& test : policy.tests) {
        for (const Expectation& expectation : test.expectations) {
            if (expectation.wanted.kind == Wanted::Kind::open &&
                expectation.wanted.proof == Proof::key) {
                return &test.name;
            }
        }
    }
    return nullptr;
}

}  // namespace

Expected<ExitCode> run_check(const CheckOptions& options, std::ostream& out, std::ostream& errors,
                             Style style, std::optional<Progress> progress) {
    auto policy = options.policy.empty() ? inline_policy(options.host, options.expectations)
                                         : read_policy_file(options.policy);
    if (!policy) {
        return policy.error();
    }
    const auto not_run = select_tests(*policy, options.only, options.from);
    if (!not_run) {
        return not_run.error();
    }
    if (const auto* const test = options.scan.key ? nullptr : needs_key(*policy)) {
        return UsageError{safe_text(options.policy) + ": test " + quote_word(*test) +
                          " has \"proof: key\": give the key by --key FILE"};
    }
    auto targets = targets_of(*policy);
    if (!targets) {
        return UsageError{safe_text(options.policy) + ": " + targets.error().message};
    }
    auto files = OutputFiles::open(options.scan.output_files, options.scan.output);
    if (!files) {
        return files.error();
    }
    Options scan = options.scan;
    if (policy->timeout && !scan.timeout_given) {
        scan.set_timeout(*policy->timeout);
    }
    Collector found;
    Session{scan, *std::move(targets), found, errors, std::move(progress), PastRun{}}.run();
    auto checked = check_policy(*policy, found.results);
    checked.not_run = *not_run;
    const CheckReport report{checked, found.summary, options.policy};
    print_check(out, style, options.scan.output, report);
    const bool written =
        files->write([&](OutputFormat format,
                         std::ostream& file) { print_check(file, Style{}, format, report); },
                     errors);
    return written ? exit_code(checked, found.summary.interrupted) : ExitCode::could_not_test;
}

}  // namespace pt::client
