#pragma once

#include <string>

#include "client/result/result.hpp"

/// Rules that let a port pass, as commands of nft(8) and ufw(8). Table and chains are those of
/// Debian's /etc/nftables.conf: inet filter with input, forward and output.
namespace pt::client {

/// Where a rule acts: on the server's host, on a firewall between, or on this host.
enum class FirewallPlace { server, between, client };

/// What it is to let pass: requests and their replies, or the replies alone, of requests that
/// passed.
enum class Traffic { both_ways, replies };

/// A heading for the place and its commands, each on a line of its own or continued after " \".
/// Addresses are as that place sees them, as far as that is known.
std::string rules(const Result& result, FirewallPlace place, Traffic traffic);

}  // namespace pt::client
