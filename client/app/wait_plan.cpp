#include "client/app/wait_plan.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "client/app/wait_words.hpp"
#include "client/options/host_word.hpp"
#include "client/report/exit_code.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Between rounds, and between lookups of a name that is not known: short at first, since what
/// starts together is there at about the same time; then so that a refused port is not hammered.
constexpr Nanoseconds first_pause = 100ms;
constexpr Nanoseconds max_pause = 1s;
constexpr Nanoseconds first_word = 1s;
constexpr Nanoseconds between_words = 5s;
/// Each name under way holds a thread.
constexpr std::size_t names_at_once = 32;
/// resolv.conf(5): two attempts of five seconds is what the system's resolver takes by default.
constexpr Nanoseconds name_timeout = 10s;
/// Names that are looked up together are mostly there together, and then share a round.
constexpr Nanoseconds max_name_wait = 50ms;
/// A round's probes end with the time that is left; what they found is still to be reported then.
constexpr Nanoseconds grace = 100ms;

Nanoseconds next_pause(Nanoseconds pause) { return std::min(2 * pause, max_pause); }

bool interrupted(const Result& result) {
    return result.conclusion.evidence == Evidence::interrupted;
}

/// Verdicts are listed from the best on.
bool better(const Result& a, const Result& b) {
    return a.conclusion.verdict < b.conclusion.verdict;
}

/// Of equals the address that the resolver prefers.
const Result& best(const std::vector<Result>& results) {
    return *std::min_element(results.begin(), results.end(), better);
}

const Result& worst(const std::vector<Result>& results) {
    return *std::max_element(results.begin(), results.end(), better);
}

}  // namespace

WaitPlan::WaitPlan(Targets targets, const WaitSettings& settings, TimePoint start)
    : targets_{std::move(targets)},
      settings_{settings},
      start_{start},
      deadline_{start + settings.limit},
      names_(targets_.size()),
      resolutions_(targets_.size()),
      pause_{first_pause},
      round_due_{start},
      say_due_{start + first_word} {
    for (std::size_t host = 0; host < targets_.size(); ++host) {
        for (const auto& range : targets_[host].ports->ranges()) {
            for (std::uint32_t port = to_number(range.first); port <= to_number(range.last);
                 ++port) {
                ports_[{host, range.protocol, Port{static_cast<std::uint16_t>(port)}}] = {};
            }
        }
        names_[host].pause = first_pause;
        names_[host].due = start;
        names_[host].missing = targets_[host].ports->size();
    }
}

WaitPlan::Step WaitPlan::next(TimePoint now) {
    const TimePoint end = deadline_ + (in_round_ ? grace : Nanoseconds{});
    if (met() || now >= end) {
        return {};
    }
    TimePoint until = std::min(end, say_due_);
    const Nanoseconds left = deadline_ - now;
    if (left > Nanoseconds{}) {
        for (std::size_t host = 0; host < names_.size() && looking_ < names_at_once; ++host) {
            Name& name = names_[host];
            if (name.missing == 0 || name.looking) {
                continue;
            }
            if (now >= name.due) {
                name.looking = true;
                ++looking_;
                return {Action::look_up, host, std::min(left, name_timeout), {}};
            }
            until = std::min(until, name.due);
        }
        if (!in_round_ && may_probe()) {
            const TimePoint due = round_due_ + (asking_for_new() ? max_name_wait : Nanoseconds{});
            if (now >= due) {
                in_round_ = true;
                ++round_;
                cut_short_ = left < settings_.round;
                return {Action::probe, 0, std::min(left, settings_.round), {}};
            }
            until = std::min(until, due);
        }
    }
    if (now >= say_due_) {
        say_due_ = now + between_words;
        return {Action::say, 0, {}, {}};
    }
    return {Action::wait, 0, {}, until};
}

bool WaitPlan::may_probe() const {
    return std::any_of(names_.begin(), names_.end(),
                       [](const Name& name) { return name.known && name.missing > 0; });
}

bool WaitPlan::asking_for_new() const {
    return std::any_of(names_.begin(), names_.end(),
                       [](const Name& name) { return name.looking && !name.known; });
}

void WaitPlan::resolved(std::size_t host, const net::Resolution& resolution, TimePoint now) {
    Name& name = names_[host];
    name.looking = false;
    --looking_;
    if (resolution.addresses.empty()) {
        name.due = now + name.pause;
        name.pause = next_pause(name.pause);
        if (!name.known) {
            resolutions_[host].error = resolution.error;
        }
        return;  // what was known before stands
    }
    name.due = now + max_pause;
    resolutions_[host] = resolution;
    if (!std::exchange(name.known, true)) {
        round_due_ = now;
    }
}

Targets WaitPlan::round_targets() const {
    const auto none = std::make_shared<const PortSet>();
    Targets round = targets_;
    for (std::size_t host = 0; host < round.size(); ++host) {
        auto& ports = round[host].ports;
        if (!names_[host].known || names_[host].missing == 0) {
            ports = none;
        } else if (names_[host].missing < ports->size()) {
            ports = std::make_shared<const PortSet>(missing_ports(host));
        }
    }
    return round;
}

PortSet WaitPlan::missing_ports(std::size_t host) const {
    PortSet ports;
    for (auto place = ports_.lower_bound({host, Protocol{}, Port{}});
         place != ports_.end() && std::get<std::size_t>(place->first) == host; ++place) {
        if (!place->second.met) {
            ports.insert(std::get<Protocol>(place->first), std::get<Port>(place->first));
        }
    }
    return ports;
}

void WaitPlan::take(const Result& result) {
    const Key key{result.host_place, result.endpoint.protocol, result.endpoint.port};
    Wanted& wanted = ports_.at(key);
    if (wanted.met) {
        return;
    }
    if (!settings_.every_address) {
        if (as_expected(result.conclusion.verdict, settings_.requirement)) {
            wanted.results = {result};
            meet(key, wanted);
            return;
        }
        // A round that had no time to finish says less than the one before it.
        const bool weaker = cut_short_ && wanted.round != round_;
        if (interrupted(result) || (weaker && wanted.round != 0)) {
            return;
        }
    }
    if (wanted.round != round_) {
        wanted.round = round_;
        wanted.results.clear();
    }
    wanted.results.push_back(result);
}

void WaitPlan::round_over(TimePoint now) {
    in_round_ = false;
    round_due_ = now + pause_;
    pause_ = next_pause(pause_);
    if (!settings_.every_address) {
        return;
    }
    for (auto& [key, wanted] : ports_) {
        const bool all =
            std::all_of(wanted.results.begin(), wanted.results.end(), [this](const Result& result) {
                return as_expected(result.conclusion.verdict, settings_.requirement);
            });
        if (!wanted.met && wanted.round == round_ && all) {
            meet(key, wanted);
        }
    }
}

void WaitPlan::meet(const Key& key, Wanted& wanted) {
    wanted.met = true;
    ++met_;
    --names_[std::get<std::size_t>(key)].missing;
}

std::string WaitPlan::reason(const Key& key, const Wanted& wanted) const {
    if (!wanted.results.empty()) {
        return missing_reason(settings_.every_address ? worst(wanted.results)
                                                      : best(wanted.results));
    }
    const auto host = std::get<std::size_t>(key);
    if (names_[host].known) {
        return "not tried to the end";
    }
    const auto& error = resolutions_[host].error;
    if (error.empty() || literal_family(targets_[host].host)) {
        return error.empty() ? "the resolver has not answered yet" : error;
    }
    return "name not known yet: " + error;
}

std::string WaitPlan::missing() const {
    MissingText text;
    for (const auto& [key, wanted] : ports_) {
        if (!wanted.met) {
            const auto& [host, protocol, port] = key;
            text.add(targets_[host].host, reason(key, wanted), protocol, port);
        }
    }
    return text.text();
}

std::string WaitPlan::progress(TimePoint now) const {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(now - start_);
    return "waiting for " + missing() + "; " + std::to_string(seconds.count()) + " s of " +
           limit_text(settings_.limit);
}

std::vector<Result> WaitPlan::results() const {
    std::vector<Result> results;
    for (const auto& [key, wanted] : ports_) {
        if (wanted.results.empty()) {
            results.push_back(untested(key));
        } else if (settings_.every_address) {
            results.insert(results.end(), wanted.results.begin(), wanted.results.end());
        } else {
            results.push_back(best(wanted.results));
        }
    }
    return results;
}

Result WaitPlan::untested(const Key& key) const {
    const auto& [host, protocol, port] = key;
    Result result;
    result.host = targets_[host].host;
    result.host_place = static_cast<std::uint32_t>(host);
    result.endpoint.protocol = protocol;
    result.endpoint.port = port;
    result.conclusion.verdict = Verdict::untested;
    result.conclusion.evidence = Evidence::interrupted;
    if (names_[host].known) {
        result.endpoint.address = resolutions_[host].addresses.front();
    } else {
        const auto& error = resolutions_[host].error;
        result.conclusion.evidence = Evidence::local_error;
        result.local_error = EADDRNOTAVAIL;
        result.local_reason = error.empty() ? "the resolver has not answered yet" : error;
    }
    return result;
}

}  // namespace pt::client
