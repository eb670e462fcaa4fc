#pragma once

#include <cstddef>
#include <iosfwd>
#include <memory>
#include <optional>
#include <set>

#include "client/options/options.hpp"
#include "client/result/result.hpp"

/// What a person or a program reads of a run. Reports take values and a stream: no clock, no
/// sockets, no terminal queries, so that all output is tested as text.
namespace pt::client {

/// How to print for people; `style_for` decides it once, in main.
struct Style {
    bool colour = false;
};

/// As asked for; `automatic`: on a terminal only, and not where NO_COLOR (https://no-color.org) is
/// set to anything but "" or TERM is "dumb". The last arguments are what getenv gave.
Style style_for(Color asked, bool terminal, const char* no_color, const char* term);

/// Which results a report shows: all, or those of some verdicts (--only). What counts or sums up
/// counts all.
struct Shown {
    std::optional<std::set<Verdict>> only;

    bool shows(const Result& result) const {
        return !only || only->contains(result.conclusion.verdict);
    }
};

/// Driven by the run: `result` for each endpoint as it is decided, in any order, then `finish`
/// once, interrupted or not. jsonl and csv print each result then; the table and json print in
/// `finish`, ordered by host as in the run, then by address, protocol and port.
class Reporter {
public:
    virtual ~Reporter() = default;
    /// How many results there are going to be, where that is known.
    virtual void expect(std::size_t results) { static_cast<void>(results); }
    virtual void result(const Result& result) = 0;
    /// A result that stands already in what the report is appended to (--resume).
    virtual void reported_before(const Result& result) { static_cast<void>(result); }
    virtual void finish(const RunSummary& summary) = 0;
};

}  // namespace pt::client
