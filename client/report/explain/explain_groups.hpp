#pragma once

#include <string>
#include <vector>

#include "client/result/result_refs.hpp"

/// Results that have one explanation. Pure.
namespace pt::client {

/// Same protocol, verdict, evidence, and whatever else a sentence depends on: direction, kind of
/// sender, local error, NAT, record, hint. So there are few, however many ports and hosts.
struct ExplainGroup {
    ResultRefs members;  ///< in report order; the first one is explained
};

/// By the first member, in report order.
std::vector<ExplainGroup> explain_groups(const ResultRefs& results);

/// The ports of a group, a line for each host and address; bounded, the last line then says how
/// many are left out. For a group of one, "".
std::string group_ports(const ExplainGroup& group);

}  // namespace pt::client
