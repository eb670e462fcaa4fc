#include "client/report/watch/watch_words.hpp"

#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"

namespace pt::client {
namespace {

std::string flows_text(const WatchedPort& port, FlowKind kind) {
    const bool tcp = port.endpoint().protocol == Protocol::tcp;
    if (kind == FlowKind::fresh) {
        return tcp ? "new connections" : "new flows";
    }
    return tcp ? "established connection" : "established flow";
}

/// What the port's other flows do meanwhile, where that is news.
std::string other_text(const WatchedPort& port, const StateChange& event) {
    const bool is_new = event.flow == FlowKind::fresh;
    const auto other = flows_text(port, is_new ? FlowKind::established : FlowKind::fresh);
    const bool lost = has_answer(event.change.before) && !has_answer(event.change.after);
    if (!lost || event.other == FlowState::unknown) {
        return "";
    }
    if (is_new) {
        return has_answer(event.other) ? "; the " + other + " continues"
                                       : "; the " + other + " has no reply either";
    }
    return "; " + other + ": " + describe(event.other);
}

std::string change_text(const WatchedPort& port, const StateChange& event, const WallClock& now) {
    const FlowChange& change = event.change;
    std::string text = flows_text(port, event.flow) + ": " + describe(change.after) + " since " +
                       clock_text(now.at(change.latest));
    if (change.earliest) {
        text += has_answer(change.before) ? " (last reply to what was sent at "
                                          : " (still " + describe(change.before) + " at ";
        text += clock_text(now.at(*change.earliest)) + ')';
    }
    if (event.outage) {
        text += ", after " + duration_text(*event.outage);
    }
    return text + other_text(port, event);
}

std::string end_text(const WatchedPort& port, const EstablishedEnd& end) {
    std::string text = flows_text(port, FlowKind::established) + " ended: ";
    switch (end.reason) {
        case FlowEnd::reset: text += "reset"; break;
        case FlowEnd::closed: text += "closed by the other end"; break;
        case FlowEnd::timed_out: text += "timed out"; break;
        case FlowEnd::given_up: text += "given up, as it had no reply while new ones had"; break;
        case FlowEnd::other_data: text += "data that is not pt-server's was received"; break;
        case FlowEnd::error: text += "an error of this machine"; break;
    }
    if (end.blocked_since && end.at > *end.blocked_since) {
        text += ", " + duration_text(end.at - *end.blocked_since) + " after new ones got no answer";
    }
    return text;
}

}  // namespace

std::string describe(FlowState state) {
    switch (state) {
        case FlowState::unknown: return "not known";
        case FlowState::open: return "open";
        case FlowState::answered: return "answered, but without pt-server's echo";
        case FlowState::refused: return "refused";
        case FlowState::unreachable: return "unreachable";
        case FlowState::no_route: return "no route";
        case FlowState::no_reply: return "no reply";
    }
    return "not known";
}

std::string describe(const WatchedPort& port, const PortEvent& event, const WallClock& now) {
    if (const auto* change = std::get_if<StateChange>(&event)) {
        return change_text(port, *change, now);
    }
    return end_text(port, std::get<EstablishedEnd>(event));
}

}  // namespace pt::client
