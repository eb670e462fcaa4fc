#pragma once

#include <iosfwd>
#include <string>

#include "client/policy/policy.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Reads a policy, in YAML:
///
///     version: 1
///     hosts: {db: 10.0.0.5}                   # short names
///     defaults: {timeout: 3s, proof: strict}  # of all tests; max_rtt, too
///     tests:
///       - name: the application reaches the database
///         from: app                           # the place to run it from (--from)
///         to: db                              # or a list
///         open: [tcp/5432]
///         blocked: [tcp/22, tcp/1-1024]
///         tcp/443: answered                   # or a list of verdicts; or: answered: [tcp/443]
///         udp/53: {verdict: filtered, direction: forward, by: 192.0.2.1}
///         method: drop                        # of what is blocked; or reject
///         max_rtt: 50ms
///
/// An error is one printable line with the file's name, line and column. Its size is bounded.
Expected<Policy> read_policy(std::istream& file, const std::string& name);

/// The same from the file of that name; "-" is standard input.
Expected<Policy> read_policy_file(const std::string& name);

}  // namespace pt::client
