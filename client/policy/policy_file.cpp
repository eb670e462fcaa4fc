#include "client/policy/policy_file.hpp"

#include <cerrno>
#include <chrono>
#include <fstream>
#include <iostream>
#include <utility>

#include "client/options/host_word.hpp"
#include "client/options/read_file.hpp"
#include "client/policy/test_reader.hpp"
#include "client/policy/yaml_tree.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t max_tests = 10'000;
/// Ports of all tests and hosts together; all ports of some hosts are a few hundred thousand.
constexpr std::size_t max_ports = 10'000'000;

/// A complaint about "hosts", or "defaults".
using Complaint = std::optional<UsageError>;

Complaint read_hosts(const YamlNode& node, PolicyContext& context) {
    if (node.kind != Kind::map) {
        return located(context.file, node, "a map is allowed, as {db: 10.0.0.5}");
    }
    for (const auto& [name, value] : node.map) {
        const auto host = yaml_text(context, value, "a host is allowed");
        if (!host) {
            return host.error();
        }
        if (const auto complaint = host_complaint(*host); !complaint.empty()) {
            return located(context.file, value, complaint);
        }
        context.hosts.emplace(name.text, *host);
    }
    return std::nullopt;
}

Complaint read_defaults(const YamlNode& node, PolicyContext& context, Policy& policy) {
    if (node.kind != Kind::map) {
        return located(context.file, node, "a map is allowed, as {timeout: 3s, proof: strict}");
    }
    for (const auto& [key, value] : node.map) {
        if (key.text == "proof") {
            const auto proof = yaml_proof(context, value);
            if (!proof) {
                return proof.error();
            }
            context.proof = *proof;
        } else if (key.text == "timeout" || key.text == "max_rtt") {
            const auto duration = yaml_duration(context, value);
            if (!duration) {
                return duration.error();
            }
            if (key.text == "max_rtt") {
                context.max_rtt = *duration;
            } else {
                policy.timeout = std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
            }
        } else {
            return located(context.file, key,
                           quote_word(key.text) + ": timeout, proof and max_rtt are allowed");
        }
    }
    return std::nullopt;
}

std::size_t count_ports(const PolicyTest& test) {
    std::size_t ports = 0;
    for (const Expectation& expectation : test.expectations) {
        for (const auto& range : expectation.ports) {
            ports += std::size_t{1} + to_number(range.last) - to_number(range.first);
        }
    }
    return ports * test.to.size();
}

Complaint read_tests(const YamlNode& node, const PolicyContext& context, Policy& policy) {
    if (node.kind != Kind::sequence || node.items.empty()) {
        return located(context.file, node,
                       "a list of tests is allowed, as [{to: HOST, open: [tcp/443]}]");
    }
    if (node.items.size() > max_tests) {
        return located(context.file, node, "more than " + std::to_string(max_tests) + " tests");
    }
    std::size_t ports = 0;
    for (const YamlNode& item : node.items) {
        auto test = read_policy_test(context, item);
        if (!test) {
            return test.error();
        }
        ports += count_ports(*test);
        if (ports > max_ports) {
            return located(context.file, item, "more than 10,000,000 ports in all tests together");
        }
        policy.tests.push_back(*std::move(test));
    }
    return std::nullopt;
}

}  // namespace

Expected<Policy> read_policy(std::istream& file, const std::string& name) {
    const auto root = read_yaml(file, name);
    if (!root) {
        return root.error();
    }
    PolicyContext context;
    context.file = name;
    if (root->kind != Kind::map) {
        return located(name, *root, "no policy: it has \"version: 1\" and \"tests\"");
    }
    const YamlNode* version = root->find("version");
    if (version == nullptr) {
        return located(name, *root,
                       root->find("results") != nullptr
                           ? "the output of a scan, not a policy: it has no \"version: 1\""
                           : "no policy: it has no \"version: 1\"");
    }
    if (version->text != "1") {
        return located(name, *version,
                       "version " + quote_word(version->text) + " is not known; allowed: 1");
    }
    Policy policy;
    Complaint complaint;
    // Short names and defaults may stand behind the tests.
    for (const auto& [key, value] : root->map) {
        if (key.text == "hosts") {
            complaint = read_hosts(value, context);
        } else if (key.text == "defaults") {
            complaint = read_defaults(value, context, policy);
        } else if (key.text != "version" && key.text != "tests") {
            complaint = located(name, key,
                                quote_word(key.text) +
                                    ": version, hosts, defaults and tests are "
                                    "allowed");
        }
        if (complaint) {
            return *complaint;
        }
    }
    const YamlNode* tests = root->find("tests");
    if (tests == nullptr) {
        return located(name, *root, "\"tests\" is missing");
    }
    complaint = read_tests(*tests, context, policy);
    if (complaint) {
        return *complaint;
    }
    return policy;
}

Expected<Policy> read_policy_file(const std::string& name) {
    std::ifstream file;
    if (is_standard_input(name)) {
        return read_policy(std::cin, input_name(name));
    }
    if (const auto failure = open_to_read(file, name); !failure.empty()) {
        const char* const remedy =
            errno == ENOENT ? "; for a host, add what is expected of it, as in: open:tcp/443" : "";
        return UsageError{"policy " + quote_word(name) + " cannot be read: " + failure + remedy};
    }
    return read_policy(file, name);
}

}  // namespace pt::client
