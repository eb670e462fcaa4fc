#include "run_fixture.hpp"

#include <map>

namespace pt::test {

using namespace std::chrono_literals;
using client::Result;

client::RunSettings RunFixture::default_settings() {
    client::RunSettings settings;
    settings.ask_journal = false;  // the peers here have none
    settings.descriptors = 500;
    settings.new_session = [] { return std::uint64_t{0x0123456789ABCDEF}; };
    settings.tcp.plan = AttemptPlan{4, 20s};
    settings.tcp.limits = {100, 100, 0};
    settings.udp = settings.tcp;
    return settings;
}

void RunFixture::wait_for_silence_only(std::chrono::milliseconds timeout, unsigned tries) {
    settings_.tcp.plan = AttemptPlan{tries, timeout};
    settings_.udp.plan = settings_.tcp.plan;
}

std::vector<Result> RunFixture::probe(const std::vector<Endpoint>& endpoints) {
    std::vector<client::ProbeBlock> blocks;
    for (const Endpoint& endpoint : endpoints) {
        auto ports = std::make_shared<PortSet>();
        ports->insert(endpoint.protocol, endpoint.port);
        blocks.push_back({0, endpoint.address, std::move(ports)});
    }
    std::map<Endpoint, Result> by_endpoint;
    bool done = false;
    client::Run run{context_,
                    settings_,
                    {"peer"},
                    std::move(blocks),
                    [&](const Result& result) {
                        EXPECT_TRUE(by_endpoint.emplace(result.endpoint, result).second)
                            << result.endpoint.to_string() << " was reported twice";
                    },
                    [&] { done = true; }};
    run.start();
    while (!done && context_.run_one() > 0) {
    }
    EXPECT_TRUE(done);
    context_.poll();  // let closed sockets go before the run does
    std::vector<Result> results;
    for (const Endpoint& endpoint : endpoints) {
        EXPECT_TRUE(by_endpoint.contains(endpoint)) << endpoint.to_string() << " is missing";
        results.push_back(by_endpoint[endpoint]);
    }
    return results;
}

std::string said(const Result& result) {
    return std::string{to_string(result.conclusion.verdict)} + ' ' +
           std::string{to_string(result.conclusion.evidence)};
}

}  // namespace pt::test
