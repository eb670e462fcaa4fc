// Asking a server, where sending itself brings news: a socket tells of an ICMP error as it sends.
#include "client/scan/inquirer.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>
#include <vector>

namespace pt::client {
namespace {

using namespace std::chrono_literals;

TEST(AskServer, RefusalsToldWhileQueriesAreSentEndTheAsking) {
    boost::asio::io_context context;
    KnownServer server;
    server.address = *IpAddress::parse("127.0.0.1");
    server.udp = {Port{53}};
    std::vector<Inquiry> inquiries(40);
    for (std::size_t place = 0; place < inquiries.size(); ++place) {
        inquiries[place].first = Port{static_cast<std::uint16_t>(1000 + 10 * place)};
        inquiries[place].count = 10;
    }
    std::shared_ptr<Asking> asking;
    std::size_t sent = 0;
    InquirySettings settings;
    settings.session = 7;
    settings.timeout = 3s;
    settings.udp_flows = {{Port{53}, Port{40'000}}};
    settings.send = [&](std::span<const std::uint8_t>, Port, Port) {
        ++sent;
        if (asking) {  // from the second round on
            asking->take_refusal(settings.first_sequence);
        }
        return true;
    };
    std::optional<InquiryOutcome> outcome;
    asking = ask_server(context, server, inquiries, settings,
                        [&](const InquiryOutcome& told) { outcome = told; });
    context.run_for(10s);
    ASSERT_TRUE(outcome);
    EXPECT_TRUE(outcome->lost);
    EXPECT_FALSE(outcome->complete());
    EXPECT_EQ(outcome->answers.size(), inquiries.size());
    EXPECT_LT(sent, 2 * inquiries.size()) << "none is sent once all is over";
}

}  // namespace
}  // namespace pt::client
