// What `conclude` says besides the verdict.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/conclude/conclude.hpp"
#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr auto tcp = Protocol::tcp;
constexpr auto udp = Protocol::udp;
constexpr ServerKnowledge seen{.seen = true};

Result found(Protocol protocol, const Findings& findings) {
    auto result = sample(protocol, 443, Verdict::untested, Evidence::interrupted);
    result.findings = findings;
    result.attempts = 16;
    return result;
}

TEST(ConcludedNotes, ResetsOfTheServersEndAreNotToldWhereOursCausesThem) {
    const PortRecord record{.listening = true, .established = true, .reset = true};
    const auto result = found(tcp, {.connected = true, .data_resets = 2});
    EXPECT_THAT(conclude(result, record, seen).notes, ElementsAre("pt-server's end was reset too"));
    EXPECT_THAT(conclude(result, record, {.seen = true, .resets_own_connections = true}).notes,
                IsEmpty());
}

TEST(ConcludedNotes, SaysWhyADirectionIsUnknown) {
    struct {
        Protocol protocol;
        std::optional<PortRecord> record;
        ServerKnowledge known;
        const char* note;
    } const rows[] = {
        {tcp, PortRecord{.listening = true, .incomplete = true}, seen,
         "started with CAP_BPF and CAP_NET_ADMIN, pt-server keeps an exact record"},
        {tcp,
         PortRecord{.listening = true, .incomplete = true},
         {.seen = true, .exact_record = true},
         "does not cover the whole scan"},
        {udp, PortRecord{.listening = true, .incomplete = true}, seen, "queue was full"},
        {udp, PortRecord{.listening = true, .other = true}, seen, "packets that may be others'"},
        {tcp,
         PortRecord{.listening = true},
         {.seen = true, .port_rewritten = true},
         "may have arrived at other ports"},
        {tcp, PortRecord{.listening = true, .astray = true}, seen,
         "may have arrived at other ports"},
        {tcp,
         PortRecord{.listening = true},
         {.seen = true, .ports_unwatched = true},
         "may have arrived at other ports"},
        {udp,
         PortRecord{.listening = true},
         {.seen = true, .address_rewritten = true},
         "attempts may have arrived at another"},
        {tcp,
         PortRecord{.listening = true},
         {.seen = true, .address_rewritten = true},
         "attempts may have arrived at another"},
        {udp,
         PortRecord{.incomplete = true},
         {.seen = true, .address_rewritten = true, .exact_record = true},
         "attempts may have arrived at another"},
        {udp,
         PortRecord{.listening = true},
         {.seen = true, .query_unanswered = true, .stopped_answering = true},
         "ports that answered have stopped answering"},
        {udp,
         std::nullopt,
         {.seen = true, .query_unanswered = true, .stopped_answering = true},
         "ports that answered have stopped answering"},
        {tcp,
         PortRecord{.listening = true},
         {.seen = true, .query_unanswered = true},
         "one of several pt-servers at this address could not be asked"},
    };
    for (const auto& [protocol, record, known, note] : rows) {
        const auto concluded = conclude(found(protocol, {}), record, known);
        EXPECT_EQ(concluded.conclusion.direction, Direction::unknown) << note;
        EXPECT_THAT(concluded.notes, ElementsAre(HasSubstr(note)));
    }
    EXPECT_THAT(conclude(found(udp, {}), std::nullopt, {}).notes, IsEmpty());
    EXPECT_THAT(conclude(found(udp, {}), PortRecord{.listening = true}, seen).notes, IsEmpty());
}

TEST(ConcludedNotes, ARefusalOfAPortThatIsNotHeldMayHaveReachedTheHost) {
    const PortRecord reached{.attempt = true, .incomplete = true};
    const auto concluded = conclude(found(tcp, {.resets = 3}), reached, seen);
    EXPECT_EQ(concluded.conclusion.verdict, Verdict::closed);
    EXPECT_THAT(concluded.notes, ElementsAre("attempts reached the host"));
}

}  // namespace
}  // namespace pt::client
