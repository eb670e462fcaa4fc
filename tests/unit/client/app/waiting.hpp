#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "client/app/wait_plan.hpp"
#include "client/options/whole_target.hpp"
#include "samples.hpp"

/// What pt-client wait does, without a network or a clock.
namespace pt::client::test {

using namespace std::chrono_literals;
using Action = WaitPlan::Action;

/// A plan in virtual time. Names resolve to the addresses in `known`, at once; those that are not
/// in it are unknown. Ports give the verdicts in `verdicts`, `round_time` after a round's start.
class Waiting {
public:
    Waiting(std::initializer_list<const char*> words, WaitSettings settings)
        : plan_{targets(words), settings, TimePoint{}} {}

    std::map<std::string, std::vector<IpAddress>> known;
    std::map<std::pair<std::string, std::uint16_t>, std::pair<Verdict, Evidence>> verdicts;
    Nanoseconds round_time = 1ms;

    /// What the plan did, as "2.100 probe tcp/1 on db": with the time in seconds.
    std::vector<std::string> log;

    WaitPlan& plan() { return plan_; }
    Nanoseconds elapsed() const { return now_ - TimePoint{}; }

    /// Until `time`, or until the plan is done.
    bool run_until(Nanoseconds time) {
        while (true) {
            const auto step = plan_.next(now_);
            switch (step.action) {
                case Action::look_up: look_up(step.host); break;
                case Action::probe: begin_round(step.timeout); break;
                case Action::say: log.push_back(stamp() + plan_.progress(now_)); break;
                case Action::wait:
                    if (!advance(step.until, TimePoint{} + time)) {
                        return false;
                    }
                    break;
                case Action::done: return true;
            }
        }
    }

    std::vector<std::string> count(const std::string& text) const {
        std::vector<std::string> found;
        for (const auto& line : log) {
            if (line.find(text) != std::string::npos) {
                found.push_back(line);
            }
        }
        return found;
    }

private:
    static Targets targets(std::initializer_list<const char*> words) {
        Options options;
        for (const auto* word : words) {
            options.whole_targets.push_back(*parse_whole_target(word));
        }
        return *read_targets(options);
    }

    std::string stamp() const {
        const auto count = std::chrono::floor<std::chrono::milliseconds>(elapsed()).count();
        auto text = std::to_string(count % 1000);
        return std::to_string(count / 1000) + '.' + std::string(3 - text.size(), '0') + text + ' ';
    }

    void look_up(std::size_t host) {
        const auto name = plan_.round_targets()[host].host;
        log.push_back(stamp() + "look up " + name);
        const auto found = known.find(name);
        if (found == known.end()) {
            plan_.resolved(host, {{}, "Name or service not known"}, now_);
        } else {
            plan_.resolved(host, {found->second, ""}, now_);
        }
    }

    void begin_round(Nanoseconds timeout) {
        round_.clear();
        const auto wanted = plan_.round_targets();
        for (std::uint32_t host = 0; host < wanted.size(); ++host) {
            for (const auto& range : wanted[host].ports->ranges()) {
                const auto port = to_number(range.first);
                ASSERT_EQ(range.first, range.last);
                log.push_back(stamp() + "probe " + std::string{to_string(range.protocol)} + '/' +
                              std::to_string(port) + " on " + wanted[host].host);
                for (const auto& ip : plan_.resolutions()[host].addresses) {
                    round_.push_back({host, {range.protocol, ip, range.first}});
                }
            }
        }
        round_end_ = now_ + std::min(timeout, round_time);
    }

    /// To the plan's own time or to the end of the round, whichever is first.
    bool advance(TimePoint until, TimePoint end) {
        const bool round_ends = round_end_ && *round_end_ <= until;
        const TimePoint next = round_ends ? *round_end_ : until;
        if (next > end) {
            now_ = end;
            return false;
        }
        EXPECT_TRUE(next > now_ || round_ends) << "no progress at " << stamp();
        now_ = next;
        if (round_ends) {
            round_end_.reset();
            for (const auto& [host, endpoint] : round_) {
                plan_.take(result(host, endpoint));
            }
            plan_.round_over(now_);
        }
        return true;
    }

    Result result(std::uint32_t host, const Endpoint& endpoint) {
        Result result;
        result.host = plan_.round_targets()[host].host;
        result.host_place = host;
        result.endpoint = endpoint;
        const auto found = verdicts.find({endpoint.address.to_string(), to_number(endpoint.port)});
        std::tie(result.conclusion.verdict, result.conclusion.evidence) =
            found == verdicts.end() ? std::pair{Verdict::closed, Evidence::reset} : found->second;
        return result;
    }

    WaitPlan plan_;
    TimePoint now_{};
    std::vector<std::pair<std::uint32_t, Endpoint>> round_;
    std::optional<TimePoint> round_end_;
};

inline constexpr std::pair answered{Verdict::answered, Evidence::handshake};
inline constexpr WaitSettings minute{60s, 1s, Requirement::answer, false};

}  // namespace pt::client::test
