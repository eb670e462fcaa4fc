#pragma once

#include <string>

#include "client/compare/changes.hpp"
#include "client/result/result_refs.hpp"

/// The results of one host in both scans, matched and compared. Pure.
namespace pt::client {

struct HostResults {
    std::string name;
    ResultRefs before;
    ResultRefs after;
};

/// Adds what differs at one host to the comparison, and counts what does not. Sorts the results.
void compare_host(HostResults& host, Comparison& comparison);

}  // namespace pt::client
