#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "client/options/options.hpp"
#include "client/options/targets.hpp"
#include "client/result/result.hpp"
#include "common/core/timing.hpp"
#include "common/net/resolution.hpp"

namespace pt::client {

struct WaitSettings {
    Nanoseconds limit{};  ///< --for: how long in all
    Nanoseconds round{};  ///< the time that one round of probes takes at most
    Requirement requirement = Requirement::answer;
    /// Every address of a name must do; otherwise one is enough.
    bool every_address = false;
};

/// Decides what pt-client wait does next: which names to look up, when a round of probes goes to
/// what has not answered yet, when to tell a person what is missing, and when to stop. Pure: time
/// is an argument, and nothing is sent or printed from here.
///
/// A port that has met the requirement is not probed again. Names are looked up on their own, again
/// and again while one of their ports is missing, so that neither an unknown name nor a slow
/// resolver holds the other hosts back, and a host that comes back with another address is found.
class WaitPlan {
public:
    enum class Action {
        look_up,  ///< look the name of `host` up, for `timeout` at most; then call `resolved`
        probe,    ///< start a round over `round_targets`, each probe taking `timeout` at most; call
                  ///< `take` for each result, then `round_over`
        say,      ///< tell a person what `progress` says
        wait,     ///< nothing to do before `until`, or before one of the calls
        done      ///< all is there, or the time is over
    };
    struct Step {
        Action action = Action::done;
        std::size_t host = 0;
        Nanoseconds timeout{};
        TimePoint until;
    };

    WaitPlan(Targets targets, const WaitSettings& settings, TimePoint start);

    /// What to do at `now`. To be called until it says wait or done.
    Step next(TimePoint now);

    void resolved(std::size_t host, const net::Resolution& resolution, TimePoint now);
    /// Every target in its place, with only the ports that the round is to probe; their addresses
    /// are in `resolutions`.
    Targets round_targets() const;
    const std::vector<net::Resolution>& resolutions() const { return resolutions_; }
    void take(const Result& result);
    void round_over(TimePoint now);

    /// Every port has met the requirement.
    bool met() const { return met_ == ports_.size(); }
    /// What is missing and why, and how much of the time has gone; one line of bounded length,
    /// printable ASCII.
    std::string progress(TimePoint now) const;
    std::string missing() const;
    /// The last thing known of every port: one result for each, or one for each address where every
    /// address must do.
    std::vector<Result> results() const;

private:
    struct Name {
        bool looking = false;
        bool known = false;
        Nanoseconds pause{};
        TimePoint due;
        std::size_t missing = 0;  ///< ports that have not met the requirement
    };
    using Key = std::tuple<std::size_t, Protocol, Port>;
    struct Wanted {
        bool met = false;
        unsigned round = 0;           ///< that the results are of; 0: none yet
        std::vector<Result> results;  ///< one for each address
    };

    std::string reason(const Key& key, const Wanted& wanted) const;
    Result untested(const Key& key) const;
    void meet(const Key& key, Wanted& wanted);
    bool may_probe() const;
    /// A name that was never known is being looked up.
    bool asking_for_new() const;
    PortSet missing_ports(std::size_t host) const;

    Targets targets_;
    WaitSettings settings_;
    TimePoint start_;
    TimePoint deadline_;
    std::vector<Name> names_;
    std::vector<net::Resolution> resolutions_;
    std::size_t looking_ = 0;
    std::map<Key, Wanted> ports_;
    std::size_t met_ = 0;
    bool in_round_ = false;
    bool cut_short_ = false;  ///< the round has less than its usual time
    unsigned round_ = 0;
    Nanoseconds pause_{};
    TimePoint round_due_;
    TimePoint say_due_;
};

}  // namespace pt::client
