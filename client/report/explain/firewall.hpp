#pragma once

#include <string>

#include "client/result/result.hpp"

namespace pt::client {

/// What the result means for firewalls: which of them may be concerned, as far as that is proven,
/// and the rules to look for or to add there. Lines for below the heading of a port.
struct FirewallAdvice {
    std::string text;
    bool has_rules = false;
};
FirewallAdvice firewall(const Result& result);

/// Both ends are on this host: no packet of theirs passes a firewall between.
bool is_on_one_host(const Result& result);

/// What holds for all of these rules, as one paragraph.
std::string about_rules();

}  // namespace pt::client
