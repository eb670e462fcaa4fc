#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "client/conclude/conclude.hpp"
#include "client/conclude/journal.hpp"
#include "client/options/options.hpp"
#include "client/result/result.hpp"

/// Which command leads on from a result that leaves a question. Pure.
namespace pt::client {

/// What a command needs to know besides the result.
struct HintFacts {
    std::string options;        ///< of the command line, to be repeated; "" or "--source ADDRESS"
    bool journal_asked = true;  ///< false: --no-journal, or pt-client wait
    bool by_address = false;    ///< --all-addresses: the address is named instead of the host
    bool other_addresses = false;           ///< the host has addresses that were not probed
    std::optional<ProtocolPort> open_port;  ///< of a pt-server at the address, to ask it over
    Nanoseconds timeout{};                  ///< of a whole probe
    std::string key_file;                   ///< of --key, as a shell reads it; "": none
};

/// The command that decides what the result leaves open; nothing where it leaves nothing open.
std::optional<Hint> hint_for(const Result& result, const std::optional<PortRecord>& record,
                             const ServerKnowledge& known, const HintFacts& facts);

/// What the question is, as one sentence for people; "" where the result leaves none.
std::string hint_reason(const Result& result);

/// The options that another scan of the same endpoint needs again.
std::string repeated_options(const Options& options);
/// What the options tell, the same for all hosts and addresses.
HintFacts hint_facts(const Options& options);

/// A word as a POSIX shell reads it: in single quotes where it has to be.
std::string shell_word(std::string_view word);

}  // namespace pt::client
