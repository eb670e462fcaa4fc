#include "client/conclude/hint.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "samples.hpp"

namespace pt::client {
namespace {

using ::testing::HasSubstr;

constexpr ServerKnowledge seen{.seen = true};
constexpr ServerKnowledge unseen{};

HintFacts over_ssh() {
    HintFacts facts;
    facts.open_port = ProtocolPort{Protocol::tcp, Port{22}};
    return facts;
}

/// "on the server | here", or "-".
std::string commands(const Result& result, const std::optional<PortRecord>& record,
                     const ServerKnowledge& known, const HintFacts& facts) {
    const auto hint = hint_for(result, record, known, facts);
    return hint ? hint->on_server + " | " + hint->command : "-";
}

TEST(Hint, SilenceOfUnknownDirection) {
    const auto result = filtered_port(Protocol::udp, 5060);
    const auto tcp = filtered_port(Protocol::tcp, 5060);
    const PortRecord held{.listening = true};
    auto no_journal = over_ssh();
    no_journal.journal_asked = false;
    HintFacts others;
    others.other_addresses = true;
    struct {
        const char* about;
        Result result;
        std::optional<PortRecord> record;
        ServerKnowledge known;
        HintFacts facts;
        const char* expected;
    } const rows[] = {
        {"nothing is open",
         result,
         {},
         unseen,
         {},
         "pt-server udp/5060 tcp/22,25,53,80,110,143,443,3389 udp/53,123 | "
         "pt-client example.com udp/5060"},
        {"nothing is open at the first of several addresses",
         result,
         {},
         unseen,
         others,
         " | pt-client example.com udp/5060 --all-addresses"},
        {"pt-server was not to be asked",
         result,
         {},
         seen,
         no_journal,
         " | pt-client example.com udp/5060 tcp/22"},
        {"pt-server did not answer",
         result,
         {},
         {.seen = true, .query_unanswered = true},
         over_ssh(),
         " | pt-client example.com udp/5060 tcp/22 --rate 5"},
        {"the record is incomplete", tcp, PortRecord{.listening = true, .incomplete = true}, seen,
         over_ssh(), "tcpdump -n -i any tcp port 5060 | pt-client example.com tcp/5060"},
        {"others reached the port, too", result, PortRecord{.listening = true, .other = true}, seen,
         over_ssh(), "tcpdump -n -i any udp port 5060 | pt-client example.com udp/5060"},
        {"ports are rewritten",
         tcp,
         held,
         {.seen = true, .port_rewritten = true},
         over_ssh(),
         "tcpdump -n -i any tcp | pt-client example.com tcp/5060"},
        {"addresses are rewritten",
         tcp,
         held,
         {.seen = true, .address_rewritten = true},
         over_ssh(),
         "tcpdump -n -i any tcp | pt-client example.com tcp/5060"},
    };
    for (const auto& [about, silent, record, known, facts, expected] : rows) {
        EXPECT_EQ(commands(silent, record, known, facts), expected) << about;
    }
}

TEST(Hint, AHostThatIsNamedAsACommand) {
    auto result = filtered_port(Protocol::udp, 5060);
    for (const char* const name : {"wait", "list", "check", "diff", "scan"}) {
        result.host = name;
        EXPECT_EQ(hint_for(result, {}, unseen, {})->command,
                  "pt-client scan " + result.host + " udp/5060");
    }
}

TEST(Hint, DecidedResultsNeedNone) {
    auto forward = filtered_port(Protocol::tcp, 443);
    forward.conclusion.direction = Direction::forward;
    auto rejected = sample(Protocol::udp, 53, Verdict::rejected, Evidence::icmp_port_unreachable);
    rejected.conclusion.by = address("10.77.1.1");
    for (const Result& result :
         {forward, rejected, open_port(Protocol::tcp, 443),
          sample(Protocol::tcp, 443, Verdict::intercepted, Evidence::foreign_answer),
          sample(Protocol::tcp, 443, Verdict::cut, Evidence::data_lost),
          sample(Protocol::tcp, 443, Verdict::cut, Evidence::data_reset),
          sample(Protocol::tcp, 443, Verdict::rejected, Evidence::forged_reset)}) {
        EXPECT_EQ(commands(result, PortRecord{}, seen, over_ssh()), "-");
    }
}

TEST(Hint, AnswersOfSomethingElse) {
    const auto answered = sample(Protocol::tcp, 443, Verdict::answered, Evidence::handshake);
    EXPECT_EQ(commands(answered, {}, unseen, {}), "ss -lntp 'sport = :443' | ");
    EXPECT_EQ(commands(answered, PortRecord{}, seen, over_ssh()), "ss -lntp 'sport = :443' | ");
    auto no_journal = over_ssh();
    no_journal.journal_asked = false;
    EXPECT_EQ(commands(answered, {}, seen, no_journal), " | pt-client example.com tcp/443 tcp/22");
    const PortRecord held{.listening = true, .incomplete = true};
    EXPECT_EQ(commands(answered, held, seen, over_ssh()),
              "tcpdump -n -i any tcp port 443 | pt-client example.com tcp/443");
    const PortRecord late{.listening = true, .frame = true, .late = true};
    EXPECT_EQ(commands(answered, late, seen, {}), " | pt-client example.com tcp/443 --timeout 20s");
    const auto udp = sample(Protocol::udp, 53, Verdict::answered, Evidence::foreign_data);
    EXPECT_EQ(commands(udp, {}, unseen, {}), "ss -lnup 'sport = :53' | ");
}

TEST(Hint, RefusalsAndPortsThatPtServerDoesNotHold) {
    const auto closed = closed_port(Protocol::tcp, 8080);
    EXPECT_EQ(commands(closed, {}, unseen, {}),
              "pt-server tcp/8080 tcp/22,25,53,80,110,143,443,3389 udp/53,123 | "
              "pt-client example.com tcp/8080");
    EXPECT_EQ(commands(closed_port(Protocol::udp, 8080), PortRecord{}, seen, over_ssh()),
              "tcpdump -n -i any udp port 8080 | pt-client example.com udp/8080");
    EXPECT_EQ(commands(closed, PortRecord{.attempt = true, .incomplete = true}, seen, over_ssh()),
              "-")
        << "the host was reached";
    EXPECT_EQ(hint_reason(closed), "") << "no hint, no reason";
    const auto held = sample(Protocol::udp, 53, Verdict::untested, Evidence::not_listening);
    EXPECT_EQ(commands(held, PortRecord{}, seen, over_ssh()),
              "tcpdump -n -i any udp port 53 | pt-client example.com udp/53");
}

TEST(Hint, WhatCouldNotBeTested) {
    const auto interrupted = sample(Protocol::tcp, 443, Verdict::untested, Evidence::interrupted);
    EXPECT_EQ(commands(interrupted, {}, unseen, {}), " | pt-client example.com tcp/443");
    const auto lost = sample(Protocol::tcp, 443, Verdict::untested, Evidence::server_lost);
    EXPECT_EQ(commands(lost, {}, seen, over_ssh()), " | pt-client example.com tcp/443 tcp/22");
    EXPECT_EQ(commands(lost, PortRecord{.deaf = true}, seen, over_ssh()),
              " | pt-client list example.com tcp/443 tcp/22");
    auto failed = sample(Protocol::tcp, 443, Verdict::untested, Evidence::local_error);
    failed.local_error = EMFILE;
    EXPECT_EQ(commands(failed, {}, unseen, {}), " | pt-client example.com tcp/443 --concurrency 1");
    EXPECT_THAT(hint_reason(failed), HasSubstr("ulimit -n"));
    failed.local_error = EPERM;
    EXPECT_EQ(commands(failed, {}, unseen, {}), " | nft list ruleset");
    failed.local_reason = "IPv6 is disabled on this host";
    EXPECT_EQ(commands(failed, {}, unseen, {}), "-") << "the reason says it all";
    EXPECT_EQ(hint_reason(failed), "");
    failed.endpoint.address = IpAddress{};
    EXPECT_EQ(commands(failed, {}, unseen, {}), " | getent ahosts example.com");
}

TEST(Hint, HostsThatCannotBeReached) {
    const auto no_route = sample(Protocol::tcp, 443, Verdict::unreachable, Evidence::no_route);
    EXPECT_EQ(commands(no_route, {}, unseen, {}), " | ip route get 192.0.2.7");
    auto dead = sample(Protocol::tcp, 443, Verdict::unreachable, Evidence::icmp_host_unreachable);
    dead.conclusion.by = dead.local->address;
    EXPECT_EQ(commands(dead, {}, unseen, {}), " | ip neighbor show 192.0.2.7");
    dead.conclusion.by = address("10.77.1.1");
    EXPECT_EQ(commands(dead, {}, unseen, {}), "-");
}

TEST(Hint, RepeatsWhatTheScanWasToldOfItsSource) {
    Options options;
    EXPECT_EQ(repeated_options(options), "");
    options.family = net::AddressFamily::v6;
    EXPECT_EQ(repeated_options(options), "-6");
    options.family = net::AddressFamily::v4;
    options.source_port = Port{1023};
    options.interface = "my 'link'";
    EXPECT_EQ(repeated_options(options), "-4 --source-port 1023 --interface 'my '\\''link'\\'''");
    options.source = address("198.51.100.4");
    options.journal = false;
    options.all_addresses = true;
    const auto facts = hint_facts(options);
    EXPECT_THAT(facts.options, HasSubstr("--source 198.51.100.4 --source-port 1023"));
    EXPECT_FALSE(facts.journal_asked);
    const auto interrupted = sample(Protocol::tcp, 443, Verdict::untested, Evidence::interrupted);
    EXPECT_THAT(commands(interrupted, {}, unseen, facts),
                HasSubstr("pt-client 192.0.2.7 tcp/443 --source 198.51.100.4"));
}

TEST(Hint, EveryHintHasAReasonAndPlainCommands) {
    for (const auto verdict : all_verdicts) {
        for (const auto evidence : all_evidence) {
            auto result = sample(Protocol::tcp, 443, verdict, evidence);
            result.host = "a b;$(c)";
            if (verdict == Verdict::filtered) {
                result.conclusion.direction = Direction::unknown;
            }
            if (!is_possible(result.conclusion)) {
                continue;
            }
            result.local_error = EMFILE;
            const auto hint = hint_for(result, {}, unseen, {});
            result.hint = hint;
            if (hint) {
                EXPECT_NE(hint->on_server + hint->command, "");
                EXPECT_NE(hint_reason(result), "") << to_string(evidence);
                if (hint->command.starts_with("pt-client")) {
                    EXPECT_THAT(hint->command, HasSubstr("'a b;$(c)'"));
                }
            }
        }
    }
}

TEST(ShellWord, IsQuotedWhereItHasToBe) {
    EXPECT_EQ(shell_word("fe80::1%eth0"), "fe80::1%eth0");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_word("$x;`y`"), "'$x;`y`'");
}

}  // namespace
}  // namespace pt::client
