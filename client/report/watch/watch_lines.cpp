#include <ostream>
#include <utility>

#include "client/report/table_rows.hpp"
#include "client/report/watch/live_table.hpp"
#include "client/report/watch/watch_report.hpp"
#include "client/report/watch/watch_words.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"

namespace pt::client {
namespace {

std::string_view colour_of(const PortEvent& event) {
    const auto* change = std::get_if<StateChange>(&event);
    return change != nullptr && change->change.after == FlowState::open ? "32" : "31";
}

/// At the start ports are taken to have an answer; the first scan tells of each.
bool is_expected(const PortEvent& event) {
    const auto* change = std::get_if<StateChange>(&event);
    return change != nullptr && change->change.before == FlowState::unknown &&
           has_answer(change->change.after);
}

class WatchLines final : public WatchReport {
public:
    WatchLines(std::ostream& out, Style style, AskScreen screen)
        : out_{out}, style_{style}, screen_{std::move(screen)} {}

    void event(const WatchedPort& port, const PortEvent& event, const WallClock& now) override {
        if (is_expected(event)) {
            return;
        }
        line(now, port, painted(style_, colour_of(event), describe(port, event, now)));
    }

    void verdict(const WatchedPort& port, const Result& result, const WallClock& now) override {
        line(now, port,
             "scan: " +
                 painted(style_, pt::client::colour_of(result.conclusion.verdict),
                         conclusion_text(result.conclusion)) +
                 ": " + describe(result) + notes_text(result.notes));
    }

    void pause(const PauseDetector::Pause& pause, const WallClock& now) override {
        clear();
        out_ << clock_text(now.wall) << "  pt-client did not run for "
             << duration_text(pause.length()) << ": not counted" << std::endl;
    }

    void interval(const std::vector<WatchedPort>& ports, const WallClock& now) override {
        several_hosts_ = has_several_hosts(ports);
        const auto screen = screen_();
        if (!screen) {
            return;
        }
        clear();
        for (const auto& text : live_table(ports, now, *screen)) {
            out_ << text << '\n';
            ++drawn_;
        }
        out_.flush();
    }

    void end(const std::vector<WatchedPort>& ports, const WatchEnd& how,
             const WallClock& now) override {
        clear();
        out_ << '\n' << watch_summary(ports, how, now) << std::flush;
    }

private:
    void line(const WallClock& now, const WatchedPort& port, const std::string& text) {
        clear();
        // Lines have the time of day alone.
        const auto date = date_text(now.wall);
        if (!date_.empty() && date_ != date) {
            out_ << date << '\n';
        }
        date_ = date;
        out_ << clock_text(now.wall) << "  " << port_name(port, several_hosts_) << "  " << text
             << std::endl;
    }

    /// The table, which is drawn again when the interval is over.
    void clear() {
        if (drawn_ > 0) {
            // ECMA-48: cursor up, erase to the end of the page.
            out_ << "\r\x1b[" << std::exchange(drawn_, 0) << "A\x1b[J";
        }
    }

    std::ostream& out_;
    Style style_;
    AskScreen screen_;
    std::size_t drawn_ = 0;
    std::string date_;  ///< of the last line
    bool several_hosts_ = false;
};

}  // namespace

std::unique_ptr<WatchReport> make_watch_lines(std::ostream& out, Style style, AskScreen screen) {
    return std::make_unique<WatchLines>(out, style, std::move(screen));
}

}  // namespace pt::client
