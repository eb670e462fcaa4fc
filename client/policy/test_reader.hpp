#pragma once

#include <map>
#include <optional>
#include <string>

#include "client/policy/policy.hpp"
#include "client/policy/yaml_tree.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// What a test takes over from the rest of its file.
struct PolicyContext {
    std::string file;                          ///< its name, for messages
    std::map<std::string, std::string> hosts;  ///< by short name
    Proof proof = Proof::strict;
    std::optional<Nanoseconds> max_rtt;
};

/// The text of a scalar that must be there; or what is wrong.
Expected<std::string> yaml_text(const PolicyContext& context, const YamlNode& node,
                                const std::string& allowed);
Expected<Nanoseconds> yaml_duration(const PolicyContext& context, const YamlNode& node);
Expected<Proof> yaml_proof(const PolicyContext& context, const YamlNode& node);

/// One item of "tests".
Expected<PolicyTest> read_policy_test(const PolicyContext& context, const YamlNode& node);

}  // namespace pt::client
