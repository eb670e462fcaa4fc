#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "archive_fixture.hpp"

namespace pt::server {
namespace {

using namespace std::chrono_literals;
using namespace test;

/// Finds a half-open handshake on tcp/80 whenever it polls. The test sets what it claims to know.
class OneHalfOpen : public HalfOpenSource {
public:
    void poll(Reason reason, TimePoint time, ArrivalRecord& record) override {
        if (reason == Reason::query) {
            record.tcp().note_attempt(Port{80}, record.key(client, here), {time, time});
        }
        reasons_.push_back(reason);
    }
    bool knows_all(TimePoint since, TimePoint until) const override {
        return since >= known_since_ && until <= known_until_;
    }

    bool is_awaited(TimePoint since, TimePoint until) const override {
        return since >= awaited_since_ && until > known_until_;
    }

    std::vector<Reason> reasons_;
    TimePoint awaited_since_ = TimePoint::max();
    TimePoint known_since_{};
    TimePoint known_until_ = TimePoint::max();
};

/// Without the kernel's count.
class Sampled : public Asked {
protected:
    Sampled() { responder_.archive()->record().use_kernel_record({}, nullptr); }
};

TEST_F(Sampled, PollsHalfOpenHandshakesAndTellsWhetherAllAreKnown) {
    EXPECT_TRUE(record(Protocol::tcp, 80).incomplete);
    auto source = std::make_unique<OneHalfOpen>();
    auto& eye = *source;
    responder_.archive()->set_half_open_source(std::move(source));
    EXPECT_EQ(record(Protocol::tcp, 80), (PortRecord{.listening = true, .attempt = true}));
    EXPECT_EQ(record(Protocol::tcp, 81), (PortRecord{.listening = true}));
    EXPECT_FALSE(ask(journal(Protocol::tcp, 80), client)->exact_record);
    eye.known_since_ = now - 5s;
    EXPECT_TRUE(record(Protocol::tcp, 81).incomplete) << "its scan may have begun before";
    EXPECT_FALSE(record(Protocol::udp, 53).incomplete);
    eye.known_since_ = now - 6s;
    EXPECT_FALSE(record(Protocol::tcp, 81, client, now + 3s).incomplete);
    eye.known_until_ = now + 2s;
    EXPECT_TRUE(record(Protocol::tcp, 81, client, now + 3s).incomplete) << "the poll is stale";
}

TEST_F(Sampled, PutsAQueryOffWhileAPollIsUnderWay) {
    auto source = std::make_unique<OneHalfOpen>();
    auto& eye = *source;
    responder_.archive()->set_half_open_source(std::move(source));
    eye.known_until_ = now - 1s;
    eye.awaited_since_ = TimePoint{};
    const auto answer_at = [&](Protocol protocol, Nanoseconds after) {
        const auto query = encode_query(header(session), journal(protocol, 81));
        auto arrival = arrival_from(client);
        arrival.destination.address = here;
        const auto bytes = responder_.answer_datagram(query, arrival, now + after);
        return bytes ? std::nullopt : std::optional{bytes.error()};
    };
    EXPECT_EQ(answer_at(Protocol::tcp, 0s), Silence::early_query);
    EXPECT_EQ(answer_at(Protocol::udp, 0s), std::nullopt) << "needs no poll";
    EXPECT_EQ(answer_at(Protocol::tcp, 900ms), Silence::early_query);
    EXPECT_EQ(answer_at(Protocol::tcp, 1800ms), Silence::early_query);
    EXPECT_EQ(answer_at(Protocol::tcp, 2s), std::nullopt) << "its client would give up";
    EXPECT_TRUE(record(Protocol::tcp, 81, client, now + 2s).incomplete);
}

TEST_F(Sampled, PutsNoQueryOffForAPollThatCannotTellAll) {
    auto source = std::make_unique<OneHalfOpen>();
    source->known_until_ = now - 1s;
    source->awaited_since_ = now;  // blind until then, and the scan began before
    responder_.archive()->set_half_open_source(std::move(source));
    EXPECT_TRUE(record(Protocol::tcp, 81).incomplete);
}

TEST_F(Sampled, PollsAreIdleWhileNobodyIsThereToAsk) {
    using Reason = HalfOpenSource::Reason;
    auto source = std::make_unique<OneHalfOpen>();
    const auto& eye = *source;
    responder_.archive()->set_half_open_source(std::move(source));
    responder_.archive()->poll(Reason::routine, now);
    responder_.archive()->poll(Reason::new_session, now);
    responder_.archive()->poll(Reason::routine, now + 1h);
    EXPECT_EQ(eye.reasons_, (std::vector{Reason::routine, Reason::new_session, Reason::idle}));
}

}  // namespace
}  // namespace pt::server
