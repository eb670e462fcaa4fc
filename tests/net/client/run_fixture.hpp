#pragma once

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <vector>

#include "client/scan/run.hpp"

namespace pt::test {

/// A run of the real engines against peers that live in the same io_context.
class RunFixture : public testing::Test {
protected:
    /// Probes the endpoints with the present settings; the results in the endpoints' order.
    std::vector<client::Result> probe(const std::vector<Endpoint>& endpoints);
    client::Result probe_one(const Endpoint& endpoint) { return probe({endpoint}).front(); }

    /// Patient enough for a busy machine; only tests of silence wait it out, with a shorter one.
    void wait_for_silence_only(std::chrono::milliseconds timeout, unsigned tries);

    boost::asio::io_context context_{1};
    client::RunSettings settings_ = default_settings();

private:
    static client::RunSettings default_settings();
};

/// "open echo", "filtered silence": what a test compares.
std::string said(const client::Result& result);

}  // namespace pt::test
