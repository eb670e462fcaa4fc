#pragma once

#include <string>
#include <string_view>
#include <vector>

/// Words that people paste from other programs: URLs ("postgres://app@db:5432/app"), a host with a
/// port ("localhost:443/tcp", "tcp:127.0.0.1:80") and the published ports of containers
/// ("0.0.0.0:8080->80/tcp"). Only read to say how pt writes them: none of them is an argument.
namespace pt {

struct PastedTarget {
    std::string host;  ///< without brackets; "" where the word names none, or any address
    std::string spec;  ///< "tcp/5432"; "" where the port cannot be told
};

/// The targets of such a word, of which a URL may have several; empty where it is not understood.
/// What may be a user's name or a password is in none of them. Hosts hold nothing but letters,
/// digits, ".", "-", "_" and what IPv6 addresses add.
std::vector<PastedTarget> read_pasted_targets(std::string_view word);

}  // namespace pt
