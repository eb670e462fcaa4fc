#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "client/result/result.hpp"
#include "common/core/port_set.hpp"

/// What pt-client wait says while it waits. Pure; printable ASCII, whatever a result holds.
namespace pt::client {

/// Why a port counts as missing, in a few words: "refused", "no answer".
std::string missing_reason(const Result& result);

/// Gathers what is missing into one line of bounded length, with few groups of ports that have host
/// and reason in common: "tcp/5432 on db: refused; tcp/6379 on cache: no answer; and 12 more
/// ports".
class MissingText {
public:
    /// Ports of one host follow each other.
    void add(const std::string& host, const std::string& reason, Protocol protocol, Port port);
    std::string text() const;

private:
    struct Group {
        std::string host;
        std::string reason;
        PortSet ports;
    };
    std::vector<Group> groups_;
    std::size_t more_ = 0;
};

/// "60 s", "500 ms": a limit as a person gave it.
std::string limit_text(Nanoseconds limit);

}  // namespace pt::client
