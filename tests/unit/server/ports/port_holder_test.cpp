#include "server/ports/port_holder.hpp"

#include <gtest/gtest.h>

namespace pt::server {
namespace {

IpAddress address(std::string_view text) { return *IpAddress::parse(text); }

UsedSocket socket_at(std::string_view local, std::uint16_t port = 80) {
    UsedSocket socket;
    socket.local = address(local);
    socket.port = Port{port};
    return socket;
}

PortEntry entry_at(std::string_view local) {
    return {Protocol::tcp, address(local), Port{80}, PortState::in_use, 98, 0};
}

TEST(HolderOf, IsTheStrongestOfWhatIsInTheWay) {
    SocketStates sockets;
    const auto entry = entry_at("192.0.2.1");
    EXPECT_EQ(holder_of(entry, sockets, false), PortHolder::bound);
    sockets.time_wait = {socket_at("192.0.2.1")};
    EXPECT_EQ(holder_of(entry, sockets, false), PortHolder::time_wait);
    sockets.connected = {socket_at("192.0.2.1")};
    EXPECT_EQ(holder_of(entry, sockets, false), PortHolder::connection);
    sockets.listening = {socket_at("0.0.0.0")};
    EXPECT_EQ(holder_of(entry, sockets, false), PortHolder::listener);
}

TEST(HolderOf, CountsOnlyWhatHasThePortAndAnAddressInTheWay) {
    const auto holder = [](std::string_view entry, const UsedSocket& listener, bool own) {
        return holder_of(entry_at(entry), {{listener}, {}, {}}, own);
    };
    EXPECT_EQ(holder("192.0.2.1", socket_at("192.0.2.1", 81), false), PortHolder::bound);
    EXPECT_EQ(holder("192.0.2.1", socket_at("192.0.2.2"), false), PortHolder::bound);
    EXPECT_EQ(holder("0.0.0.0", socket_at("192.0.2.2"), false), PortHolder::listener);
    EXPECT_EQ(holder("0.0.0.0", socket_at("2001:db8::1"), false), PortHolder::bound);
    EXPECT_EQ(holder("::", socket_at("2001:db8::1"), false), PortHolder::listener);
    EXPECT_EQ(holder("192.0.2.1", socket_at("::"), false), PortHolder::listener) << "dual stack";
    EXPECT_EQ(holder("192.0.2.1", socket_at("::"), true), PortHolder::bound) << "our own";
}

TEST(DescribeHolder, NamesTheStateAndACommandThatShowsIt) {
    const auto text = [](Protocol protocol, PortHolder holder) {
        const auto told = describe_holder(protocol, "80", holder);
        return told.phrase + "; " + told.lead + told.command;
    };
    EXPECT_EQ(text(Protocol::tcp, PortHolder::listener),
              "in use by another program; this shows which, as root: ss -ltnp 'sport = :80'");
    EXPECT_EQ(text(Protocol::udp, PortHolder::unknown),
              "in use by another program; this shows which, as root: ss -lunp 'sport = :80'");
    EXPECT_EQ(text(Protocol::tcp, PortHolder::connection),
              "in use as the local port of a connection; this shows which, as root: ss -tanp "
              "'sport = :80'");
    EXPECT_EQ(text(Protocol::tcp, PortHolder::time_wait),
              "in TIME-WAIT: ended connections of an earlier program hold it for up to a minute; "
              "this shows them: ss -tan 'sport = :80'");
    EXPECT_NE(text(Protocol::tcp, PortHolder::bound).find("ss --bound-inactive"),
              std::string::npos);
}

}  // namespace
}  // namespace pt::server
