#include "run_fixture.hpp"
#include "scripted_peer.hpp"

namespace pt::test {
namespace {

using namespace std::chrono_literals;

class UdpProbe : public RunFixture {
protected:
    client::Result against(UdpPeer::Script script, bool v6 = false) {
        UdpPeer peer{context_, std::move(script), v6};
        return probe_one(peer.endpoint());
    }
    static std::vector<Bytes> echo(const Bytes& request, int) { return {honest_reply(request)}; }
};

TEST_F(UdpProbe, AnIntactEchoIsOpen) {
    for (const bool v6 : {false, true}) {
        const auto result = against(echo, v6);
        EXPECT_EQ(said(result), "open echo");
        EXPECT_EQ(result.attempts, 1U);
        ASSERT_TRUE(result.local);
        EXPECT_TRUE(result.local->address.is_loopback());
    }
}

TEST_F(UdpProbe, LostDatagramsAreSentAgainWithTheSameNonceAndANewAttempt) {
    settings_.udp.plan = AttemptPlan{4, 800ms};
    std::vector<Frame> requests;
    const auto result = against([&](const Bytes& request, int count) {
        requests.push_back(*decode(request));
        return count < 3 ? std::vector<Bytes>{} : echo(request, count);
    });
    EXPECT_EQ(said(result), "open echo");
    ASSERT_EQ(requests.size(), 3U);
    EXPECT_EQ(requests[0].nonce, requests[2].nonce);
    EXPECT_EQ(requests[2].attempt, 3U);
    EXPECT_EQ(result.attempts, 3U);
}

TEST_F(UdpProbe, AnEchoThatComesTwiceIsOneResult) {
    const auto result = against([](const Bytes& request, int) {
        return std::vector<Bytes>{honest_reply(request), honest_reply(request)};
    });
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.rtt.samples(), 1U);
}

TEST_F(UdpProbe, SilenceIsFilteredInAnUnknownDirection) {
    wait_for_silence_only(200ms, 3);
    int datagrams = 0;
    const auto result = against([&](const Bytes&, int count) {
        datagrams = count;
        return std::vector<Bytes>{};
    });
    EXPECT_EQ(said(result), "filtered silence");
    EXPECT_EQ(result.conclusion.direction, Direction::unknown);
    EXPECT_EQ(datagrams, 3);
    EXPECT_EQ(result.attempts, 3U);
}

TEST_F(UdpProbe, AnUnboundPortIsClosedByTheTargetsOwnWord) {
    for (const bool v6 : {false, true}) {
        Endpoint free_port;
        {
            const UdpPeer peer{context_, echo, v6};
            free_port = peer.endpoint();
        }
        context_.restart();
        const auto result = probe_one(free_port);
        EXPECT_EQ(said(result), "closed icmp-port-unreachable");
        EXPECT_EQ(result.conclusion.by, free_port.address);
    }
}

TEST_F(UdpProbe, ForeignBytesAreAnotherService) {
    wait_for_silence_only(400ms, 5);
    const auto result = against([](const Bytes&, int) {
        return std::vector<Bytes>{{0x80, 0x01, 0x02, 0x03, 0x04}};
    });
    EXPECT_EQ(said(result), "answered foreign-data");
}

TEST_F(UdpProbe, AnAlteredEchoIsIntercepted) {
    wait_for_silence_only(400ms, 5);
    const auto result = against([](const Bytes& request, int) {
        Bytes altered = request;
        altered.back() ^= 1U;
        return std::vector<Bytes>{honest_reply(altered)};
    });
    EXPECT_EQ(said(result), "intercepted altered-echo");
}

TEST_F(UdpProbe, GarbageBesideTheEchoDoesNotHideIt) {
    const auto result = against([](const Bytes& request, int) {
        return std::vector<Bytes>{{'?'}, honest_reply(request)};
    });
    EXPECT_EQ(said(result), "open echo");
}

TEST_F(UdpProbe, AnotherRunsFrameIsNoAnswer) {
    wait_for_silence_only(200ms, 3);
    const auto result = against([](const Bytes& request, int) {
        Bytes reply = honest_reply(request);
        reply[12] ^= 1U;
        return std::vector<Bytes>{reply};
    });
    EXPECT_EQ(said(result), "filtered silence");
}

TEST_F(UdpProbe, AnEchoFromAnotherPortDoesNotCount) {
    wait_for_silence_only(200ms, 3);
    UdpPeer peer{context_, echo};
    peer.answer_from_elsewhere();
    const auto result = probe_one(peer.endpoint());
    EXPECT_EQ(said(result), "filtered silence");
    ASSERT_EQ(result.notes.size(), 1U);
}

TEST_F(UdpProbe, AnEchoThatClaimsAnImpossibleTimeIsAltered) {
    wait_for_silence_only(400ms, 5);
    const auto result = against([](const Bytes& request, int) {
        Bytes reply = honest_reply(request);
        reply[28] = 0xFF;
        return std::vector<Bytes>{reply};
    });
    EXPECT_EQ(said(result), "intercepted altered-echo");
}

TEST_F(UdpProbe, CountMeasuresLoss) {
    settings_.udp.plan = AttemptPlan{8, 100ms};
    settings_.udp.count = 9;
    const auto result = against([](const Bytes& request, int count) {
        return count % 3 == 0 ? std::vector<Bytes>{} : std::vector<Bytes>{honest_reply(request)};
    });
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.frames_sent, 9U);
    EXPECT_EQ(result.frames_lost, 3U);
    EXPECT_EQ(result.rtt.samples(), 6U);
}

TEST_F(UdpProbe, CountEndsOnceTenInARowAreLost) {
    settings_.udp.plan = AttemptPlan{8, 20ms};
    settings_.udp.count = 1000;
    const auto result = against([](const Bytes& request, int count) {
        return count > 3 ? std::vector<Bytes>{} : std::vector<Bytes>{honest_reply(request)};
    });
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(result.frames_lost, 10U);
    EXPECT_EQ(result.frames_sent - result.frames_lost, result.rtt.samples());
}

TEST_F(UdpProbe, FurtherFramesHaveTheSizeThatIsAskedFor) {
    settings_.udp.plan = AttemptPlan{8, 100ms};
    settings_.udp.count = 4;
    settings_.udp.sample_size = 1000;
    std::vector<std::size_t> sizes;
    const auto result = against([&sizes](const Bytes& request, int) {
        sizes.push_back(request.size());
        return request.size() > 600 ? std::vector<Bytes>{}
                                    : std::vector<Bytes>{honest_reply(request)};
    });
    EXPECT_EQ(said(result), "open echo");
    EXPECT_EQ(sizes, (std::vector<std::size_t>{128, 1000, 1000, 1000}));
    EXPECT_EQ(result.frames_lost, 3U);
    settings_.udp.sample_size = 1472;
    EXPECT_EQ(against(echo).frames_lost, 0U);
}

TEST_F(UdpProbe, BothProtocolsOnOneNumberAreTwoResults) {
    const TcpPeer tcp{context_, {}};
    const UdpPeer udp{context_, echo};
    Endpoint same_number = tcp.endpoint();
    same_number.protocol = Protocol::udp;
    const auto results = probe({tcp.endpoint(), same_number, udp.endpoint()});
    EXPECT_EQ(said(results[0]), "open echo");
    EXPECT_EQ(said(results[1]), "closed icmp-port-unreachable");
    EXPECT_EQ(said(results[2]), "open echo");
}

}  // namespace
}  // namespace pt::test
