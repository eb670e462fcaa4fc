// Verdicts, evidence and the like as words, and back.
#include <algorithm>

#include "common/core/verdict.hpp"

namespace pt {

std::string_view to_string(Verdict verdict) {
    switch (verdict) {
        case Verdict::open: return "open";
        case Verdict::answered: return "answered";
        case Verdict::intercepted: return "intercepted";
        case Verdict::cut: return "cut";
        case Verdict::closed: return "closed";
        case Verdict::rejected: return "rejected";
        case Verdict::filtered: return "filtered";
        case Verdict::unreachable: return "unreachable";
        case Verdict::untested: return "untested";
    }
    return "?";
}

std::string_view to_string(Evidence evidence) {
    switch (evidence) {
        case Evidence::echo: return "echo";
        case Evidence::handshake: return "handshake";
        case Evidence::foreign_data: return "foreign-data";
        case Evidence::foreign_answer: return "foreign-answer";
        case Evidence::altered_echo: return "altered-echo";
        case Evidence::data_reset: return "data-reset";
        case Evidence::data_lost: return "data-lost";
        case Evidence::reset: return "reset";
        case Evidence::forged_reset: return "forged-reset";
        case Evidence::icmp_port_unreachable: return "icmp-port-unreachable";
        case Evidence::icmp_protocol_unreachable: return "icmp-protocol-unreachable";
        case Evidence::icmp_admin_prohibited: return "icmp-admin-prohibited";
        case Evidence::icmp_parameter_problem: return "icmp-parameter-problem";
        case Evidence::icmp_host_unreachable: return "icmp-host-unreachable";
        case Evidence::icmp_net_unreachable: return "icmp-net-unreachable";
        case Evidence::icmp_time_exceeded: return "icmp-time-exceeded";
        case Evidence::no_route: return "no-route";
        case Evidence::silence: return "silence";
        case Evidence::not_listening: return "not-listening";
        case Evidence::local_error: return "local-error";
        case Evidence::interrupted: return "interrupted";
        case Evidence::server_lost: return "server-lost";
    }
    return "?";
}

std::string_view to_string(Direction direction) {
    switch (direction) {
        case Direction::forward: return "forward";
        case Direction::return_: return "return";
        case Direction::unknown: return "unknown";
    }
    return "?";
}

std::string_view to_string(Reached reached) {
    switch (reached) {
        case Reached::unknown: return "";
        case Reached::nothing: return "nothing";
        case Reached::attempt: return "attempt";
        case Reached::established: return "established";
        case Reached::late_frame: return "late-frame";
        case Reached::frame: return "frame";
    }
    return "";
}

namespace {

template <class Values>
auto parse_word(const Values& values, std::string_view word) {
    const auto found = std::find_if(values.begin(), values.end(),
                                    [word](auto value) { return to_string(value) == word; });
    return found == values.end() ? std::nullopt : std::optional{*found};
}

}  // namespace

std::optional<Verdict> parse_verdict(std::string_view word) {
    return parse_word(all_verdicts, word);
}

std::optional<Evidence> parse_evidence(std::string_view word) {
    return parse_word(all_evidence, word);
}

std::optional<Direction> parse_direction(std::string_view word) {
    return parse_word(all_directions, word);
}

std::optional<Reached> parse_reached(std::string_view word) {
    return parse_word(all_reached, word);
}

}  // namespace pt
