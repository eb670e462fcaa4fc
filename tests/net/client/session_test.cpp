#include "client/app/session.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <ostream>
#include <sstream>
#include <stdexcept>
#include <streambuf>
#include <thread>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

/// Is busy, as a slow terminal makes it, until the time to show the progress is past.
class BusyReporter final : public Reporter {
public:
    void expect(std::size_t) override { std::this_thread::sleep_for(150ms); }
    void result(const Result&) override { ++results; }
    void finish(const RunSummary&) override { finished = true; }

    int results = 0;
    bool finished = false;
};

/// Fails where the progress is shown after the end: it would be shown for ever.
class Line final : public std::stringbuf {
public:
    explicit Line(const BusyReporter& reporter) : reporter_{reporter} {}

private:
    int sync() override {
        if (reporter_.finished) {
            throw std::logic_error{"the session goes on after its end"};
        }
        return 0;
    }
    const BusyReporter& reporter_;
};

TEST(Session, EndsThoughItsProgressTimerHasExpired) {
    BusyReporter reporter;
    Line line{reporter};
    std::ostream terminal{&line};
    terminal.exceptions(std::ios::badbit);
    auto ports = std::make_shared<PortSet>();
    ports->insert(Protocol::tcp, Port{443});
    Options options;
    options.family = net::AddressFamily::v6;  // it has no such address: the scan is done at once
    std::ostringstream errors;
    Session session{options, {{"127.0.0.1", ports}},          reporter,
                    errors,  Progress{terminal, TimePoint{}}, PastRun{}};
    EXPECT_NO_THROW(session.run());
    EXPECT_TRUE(reporter.finished);
    EXPECT_EQ(reporter.results, 1);
}

}  // namespace
}  // namespace pt::client
