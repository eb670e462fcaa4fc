#pragma once

#include <string>
#include <vector>

#include "client/options/options.hpp"

namespace pt::client {

/// Takes one word for a host: a name, an address, several addresses (host_range.hpp), or "-" for a
/// list on standard input. A complaint, or "".
std::string take_host(const std::string& word, Options& options);

/// Takes the value of --ports. A complaint, or "".
std::string take_port_spec(const std::string& word, Options& options);

/// Hosts, port specs and whole targets from the words that are no options; the options are known
/// already. With ports by --ports, each word is a host or a whole target; else the first is a host,
/// unless there is one by an option, and those behind it are port specs. `call` is for messages:
/// "pt-client", "pt-client wait". A complaint, or "".
std::string take_target_words(const std::vector<std::string>& words, const std::string& call,
                              Options& options);

/// Of names whose services both protocols carry, where TCP alone is tested; "" where there are
/// none.
std::string other_protocol_note(const Options& options);

}  // namespace pt::client
