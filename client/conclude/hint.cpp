#include "client/conclude/hint.hpp"

#include <algorithm>
#include <cerrno>

#include "client/cli/help.hpp"
#include "client/result/describe.hpp"
#include "client/result/path_facts.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {
namespace {

/// Writes the commands for one result.
class Commands {
public:
    Commands(const Result& result, const HintFacts& facts) : result_{result}, facts_{facts} {}

    /// The same port once more.
    std::string scan(std::string_view more = "") const { return call("pt-client", more); }

    /// The same port, and one to ask pt-server over.
    std::string scan_and_ask(std::string_view more = "") const {
        return scan(with_open_port(more));
    }

    /// With a time limit that a late reply keeps.
    std::string scan_longer() const {
        constexpr Nanoseconds long_enough = std::chrono::seconds{20};
        constexpr Nanoseconds longest = std::chrono::hours{1};  // that --timeout takes
        const auto limit = std::clamp(facts_.timeout * 4, long_enough, longest);
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(limit).count();
        return scan_and_ask("--timeout " + std::to_string(seconds) + 's');
    }

    std::string list() const { return call("pt-client list", with_open_port("")); }

    /// Together with the ports that pt-client asks over where it is told no other.
    std::string serve_with_default_ports() const {
        return "pt-server " + (facts_.key_file.empty() ? "" : "--keys " + facts_.key_file + ' ') +
               own_port() + ' ' + well_known_ports().to_string();
    }

    std::string capture() const {
        return "tcpdump -n -i any " + std::string{to_string(result_.endpoint.protocol)} + " port " +
               port_number();
    }

    std::string capture_all() const {
        return "tcpdump -n -i any " + std::string{to_string(result_.endpoint.protocol)};
    }

    std::string listeners() const {
        const bool tcp = result_.endpoint.protocol == Protocol::tcp;
        return std::string{tcp ? "ss -lntp" : "ss -lnup"} + " 'sport = :" + port_number() + '\'';
    }

private:
    std::string call(const std::string& command, std::string_view more) const {
        const bool address = facts_.by_address && !is_unresolved(result_);
        // A host of such a name would be taken for the command.
        const bool is_named = !address && command == "pt-client" && is_command(result_.host);
        std::string text =
            command + (is_named ? " scan " : " ") +
            shell_word(address ? result_.endpoint.address.to_string() : result_.host) + ' ' +
            own_port();
        text += facts_.options.empty() ? "" : ' ' + facts_.options;
        return text + (more.empty() ? "" : ' ' + std::string{more});
    }
    std::string with_open_port(std::string_view more) const {
        std::string text = facts_.open_port
                               ? port_text({facts_.open_port->protocol, {}, facts_.open_port->port})
                               : std::string{};
        text += more.empty() || text.empty() ? "" : " ";
        return text + std::string{more};
    }
    std::string own_port() const { return port_text(result_.endpoint); }
    std::string port_number() const { return std::to_string(to_number(result_.endpoint.port)); }

    const Result& result_;
    const HintFacts& facts_;
};

Hint for_silence(const Commands& commands, const std::optional<PortRecord>& record,
                 const ServerKnowledge& known, const HintFacts& facts) {
    if (!known.seen) {
        return facts.other_addresses ? Hint{"", commands.scan("--all-addresses")}
                                     : Hint{commands.serve_with_default_ports(), commands.scan()};
    }
    if (!facts.journal_asked) {
        return {"", commands.scan_and_ask()};
    }
    if (known.query_unanswered || !record) {
        return {"", commands.scan_and_ask("--rate 5")};
    }
    if (record->frame || (known.short_wait && (record->established || record->attempt))) {
        return {"", commands.scan_longer()};  // the only gap there is then
    }
    // The record has a gap that it would have again: what the server's host receives has none.
    const bool elsewhere = known.port_rewritten || known.ports_unwatched || known.address_rewritten;
    return {elsewhere ? commands.capture_all() : commands.capture(), commands.scan()};
}

/// Another service, or an intermediate device that answers for one.
Hint for_answer(const Commands& commands, const std::optional<PortRecord>& record,
                const ServerKnowledge& known, const HintFacts& facts) {
    if (known.seen && !facts.journal_asked) {
        return {"", commands.scan_and_ask()};
    }
    if (record && record->listening) {  // it holds the port, but not all is known of what arrived
        return for_silence(commands, record, known, facts);
    }
    return {commands.listeners(), ""};
}

/// A port that no pt-server is known to hold. Another pt-server beside one that is there would hold
/// the port, but be asked over none: what the host receives tells without it.
std::optional<Hint> for_refusal(const Commands& commands, const std::optional<PortRecord>& record,
                                const ServerKnowledge& known) {
    if (record && record->attempt) {
        return std::nullopt;  // a note says that the host was reached
    }
    return known.seen ? Hint{commands.capture(), commands.scan()}
                      : Hint{commands.serve_with_default_ports(), commands.scan()};
}

Hint for_lost_server(const Commands& commands, const std::optional<PortRecord>& record) {
    return {"", record && record->deaf ? commands.list() : commands.scan_and_ask()};
}

std::optional<Hint> for_local_error(const Commands& commands, const Result& result) {
    if (is_unresolved(result)) {
        return Hint{"", "getent ahosts " + shell_word(result.host)};
    }
    if (!result.local_reason.empty()) {
        return std::nullopt;  // says what to do
    }
    switch (result.local_error) {
        case EPERM:
        case EACCES: return Hint{"", "nft list ruleset"};
        case EADDRNOTAVAIL: return Hint{"", "sysctl net.ipv4.ip_local_port_range"};
        case ENODEV: return Hint{"", "ip link show"};
        case EMFILE:
        case ENFILE: return Hint{"", commands.scan("--concurrency 1")};
        default: return std::nullopt;
    }
}

}  // namespace

std::optional<Hint> hint_for(const Result& result, const std::optional<PortRecord>& record,
                             const ServerKnowledge& known, const HintFacts& facts) {
    const Commands commands{result, facts};
    switch (result.conclusion.evidence) {
        case Evidence::silence:
            return result.conclusion.direction == Direction::unknown
                       ? std::optional{for_silence(commands, record, known, facts)}
                       : std::nullopt;
        case Evidence::handshake:
        case Evidence::foreign_data: return for_answer(commands, record, known, facts);
        case Evidence::data_reset:
            return result.conclusion.verdict == Verdict::answered
                       ? std::optional{for_answer(commands, record, known, facts)}
                       : std::nullopt;
        case Evidence::reset:
        case Evidence::not_listening: return for_refusal(commands, record, known);
        case Evidence::icmp_port_unreachable:
            return result.conclusion.verdict == Verdict::closed
                       ? for_refusal(commands, record, known)
                       : std::nullopt;
        case Evidence::icmp_host_unreachable:
            return error_sender(result) == Sender::this_host
                       ? std::optional{Hint{
                             "", "ip neighbor show " + result.endpoint.address.to_string()}}
                       : std::nullopt;
        case Evidence::no_route:
            return Hint{"", "ip route get " + result.endpoint.address.to_string()};
        case Evidence::local_error: return for_local_error(commands, result);
        case Evidence::interrupted: return Hint{"", commands.scan()};
        case Evidence::server_lost: return for_lost_server(commands, record);
        case Evidence::echo:
        case Evidence::foreign_answer:
        case Evidence::altered_echo:
        case Evidence::data_lost:
        case Evidence::forged_reset:
        case Evidence::icmp_protocol_unreachable:
        case Evidence::icmp_admin_prohibited:
        case Evidence::icmp_parameter_problem:
        case Evidence::icmp_net_unreachable:
        case Evidence::icmp_time_exceeded: break;
    }
    return std::nullopt;
}

std::string repeated_options(const Options& options) {
    std::string text;
    const auto add = [&text](const std::string& words) {
        text += (text.empty() ? "" : " ") + words;
    };
    if (options.source) {
        add("--source " + options.source->to_string());
    } else if (options.family == net::AddressFamily::v4) {
        add("-4");
    } else if (options.family == net::AddressFamily::v6) {
        add("-6");
    }
    if (options.source_port) {
        add("--source-port " + std::to_string(to_number(*options.source_port)));
    }
    if (options.key_file) {
        add("--key " + shell_word(*options.key_file));
    }
    if (options.interface) {
        add("--interface " + shell_word(*options.interface));
    }
    return text;
}

HintFacts hint_facts(const Options& options) {
    HintFacts facts;
    facts.options = repeated_options(options);
    facts.journal_asked = options.journal;
    facts.by_address = options.all_addresses;
    facts.timeout = options.timeout;
    facts.key_file = options.key_file ? shell_word(*options.key_file) : "";
    return facts;
}

std::string shell_word(std::string_view word) {
    constexpr std::string_view safe =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%_+=:,./-";
    if (!word.empty() && word.find_first_not_of(safe) == std::string_view::npos) {
        return std::string{word};
    }
    std::string quoted = "'";
    for (const char character : word) {
        quoted += character == '\'' ? "'\\''" : std::string(1, character);
    }
    return quoted + '\'';
}

}  // namespace pt::client
