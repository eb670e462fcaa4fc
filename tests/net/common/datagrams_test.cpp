// Datagrams in batches, with what the kernel tells about each one.
#include "common/net/datagrams.hpp"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <vector>

#include "common/net/sockaddr.hpp"

namespace pt::net {
namespace {

using Bytes = std::vector<std::uint8_t>;

class UdpSocket {
public:
    explicit UdpSocket(const char* address)
        : descriptor_{socket(family_of(*IpAddress::parse(address)),
                             SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)} {
        const Sockaddr local{SocketAddress{*IpAddress::parse(address), Port{0}}};
        EXPECT_EQ(bind(descriptor_, local.data(), local.size()), 0);
        enable_ancillary_data(descriptor_, family_of(*IpAddress::parse(address)));
    }
    ~UdpSocket() { close(descriptor_); }
    UdpSocket(const UdpSocket&) = delete;
    UdpSocket& operator=(const UdpSocket&) = delete;

    int descriptor() const { return descriptor_; }
    SocketAddress address() const { return local_address(descriptor_); }

    void wait_readable() const {
        pollfd readable{descriptor_, POLLIN, 0};
        constexpr int patience_ms = 20'000;
        EXPECT_EQ(poll(&readable, 1, patience_ms), 1);
    }

private:
    int descriptor_;
};

struct Loopback {
    const char* name;
    const char* address;
};

class DatagramsTest : public testing::TestWithParam<Loopback> {
protected:
    std::span<const Datagram> receive(ReceiveBatch& batch) {
        to_.wait_readable();
        std::error_code error;
        const auto datagrams = batch.receive(to_.descriptor(), to_.address().port, error);
        EXPECT_FALSE(error) << error.message();
        return datagrams;
    }

    UdpSocket from_{GetParam().address};
    UdpSocket to_{GetParam().address};
};

INSTANTIATE_TEST_SUITE_P(Loopback, DatagramsTest,
                         testing::Values(Loopback{"IPv4", "127.0.0.1"}, Loopback{"IPv6", "::1"}),
                         [](const auto& parameter) { return std::string{parameter.param.name}; });

TEST_P(DatagramsTest, ABatchGoesAndComesInOrder) {
    SendBatch out;
    EXPECT_TRUE(out.empty());
    while (!out.full()) {
        const Bytes payload(out.size() + 1, static_cast<std::uint8_t>(out.size()));
        out.add(payload, to_.address());
    }
    EXPECT_EQ(out.size(), SendBatch::capacity);
    std::error_code error;
    EXPECT_EQ(out.send(from_.descriptor(), error), SendBatch::capacity);
    EXPECT_FALSE(error);
    EXPECT_TRUE(out.empty() && !out.full());

    ReceiveBatch in;
    const auto datagrams = receive(in);
    ASSERT_EQ(datagrams.size(), ReceiveBatch::capacity);
    for (std::size_t i = 0; i < datagrams.size(); ++i) {
        const auto& datagram = datagrams[i];
        EXPECT_EQ(Bytes(datagram.payload.begin(), datagram.payload.end()),
                  Bytes(i + 1, static_cast<std::uint8_t>(i)));
        EXPECT_EQ(datagram.source, from_.address());
        EXPECT_EQ(datagram.destination, to_.address());
        EXPECT_NE(datagram.interface, 0U);
        EXPECT_FALSE(datagram.not_unicast);
        EXPECT_FALSE(datagram.truncated);
        EXPECT_EQ(datagram.ttl, 64);
        EXPECT_EQ(datagram.tos, 0);
        EXPECT_GE(datagram.waited.count(), 0);
    }
    EXPECT_TRUE(in.receive(to_.descriptor(), to_.address().port, error).empty());
    EXPECT_FALSE(error) << "an empty queue is no error";
}

TEST_P(DatagramsTest, WhatIsLongerThanAFrameIsSaidToBeCut) {
    SendBatch out;
    std::error_code error;
    out.add(Bytes(max_frame_size, 1), to_.address());
    ASSERT_EQ(out.send(from_.descriptor(), error), 1U);
    const Bytes longer(max_frame_size + 1, 2);
    const Sockaddr to{to_.address()};
    ASSERT_GT(sendto(from_.descriptor(), longer.data(), longer.size(), 0, to.data(), to.size()), 0);
    ReceiveBatch in;
    const auto datagrams = receive(in);
    ASSERT_EQ(datagrams.size(), 2U);
    EXPECT_FALSE(datagrams[0].truncated);
    EXPECT_EQ(datagrams[0].payload.size(), max_frame_size);
    EXPECT_TRUE(datagrams[1].truncated);
}

TEST_P(DatagramsTest, AnEmptyDatagramIsOne) {
    SendBatch out;
    std::error_code error;
    out.add({}, to_.address());
    ASSERT_EQ(out.send(from_.descriptor(), error), 1U);
    ReceiveBatch in;
    const auto datagrams = receive(in);
    ASSERT_EQ(datagrams.size(), 1U);
    EXPECT_TRUE(datagrams[0].payload.empty());
}

TEST_P(DatagramsTest, AnErrorBelongsToTheFirstThatIsLeft) {
    const bool v4 = from_.address().address.is_v4();
    // Broadcast without SO_BROADCAST, and an address that no socket may send to: both are refused.
    const SocketAddress refused{*IpAddress::parse(v4 ? "255.255.255.255" : "::"), Port{0}};
    SendBatch out;
    out.add(Bytes(1, 1), to_.address());
    out.add(Bytes(2, 2), refused);
    out.add(Bytes(3, 3), to_.address());
    std::error_code error;
    EXPECT_EQ(out.send(from_.descriptor(), error), 1U);
    EXPECT_TRUE(error);
    ASSERT_EQ(out.size(), 2U);
    out.drop_first();
    EXPECT_EQ(out.send(from_.descriptor(), error), 1U);
    EXPECT_FALSE(error);
    ReceiveBatch in;
    const auto datagrams = receive(in);
    ASSERT_EQ(datagrams.size(), 2U);
    EXPECT_EQ(datagrams[0].payload.size(), 1U);
    EXPECT_EQ(datagrams[1].payload.size(), 3U);
}

TEST(DatagramSourceTest, TheSourceAddressIsTheOneThatWasGiven) {
    UdpSocket wildcard{"0.0.0.0"};
    UdpSocket to{"127.0.0.1"};
    SendBatch out;
    const std::vector<IpAddress> sources{*IpAddress::parse("127.0.0.5"),
                                         *IpAddress::parse("127.9.9.9"), IpAddress{}};
    for (const auto& source : sources) {
        out.add(Bytes(1, 1), to.address(), source);
    }
    std::error_code error;
    ASSERT_EQ(out.send(wildcard.descriptor(), error), sources.size());
    to.wait_readable();
    ReceiveBatch in;
    const auto datagrams = in.receive(to.descriptor(), to.address().port, error);
    ASSERT_EQ(datagrams.size(), sources.size());
    EXPECT_EQ(datagrams[0].source.address, sources[0]);
    EXPECT_EQ(datagrams[1].source.address, sources[1]);
    EXPECT_EQ(datagrams[2].source.address, *IpAddress::parse("127.0.0.1"));
}

TEST(DatagramBroadcastTest, BroadcastIsNotUnicast) {
    UdpSocket wildcard{"0.0.0.0"};
    UdpSocket from{"127.0.0.1"};
    const int on = 1;
    setsockopt(from.descriptor(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on);
    SendBatch out;
    out.add(Bytes(1, 1), {*IpAddress::parse("127.255.255.255"), wildcard.address().port});
    std::error_code error;
    ASSERT_EQ(out.send(from.descriptor(), error), 1U);
    wildcard.wait_readable();
    ReceiveBatch in;
    const auto datagrams = in.receive(wildcard.descriptor(), wildcard.address().port, error);
    ASSERT_EQ(datagrams.size(), 1U);
    EXPECT_TRUE(datagrams[0].not_unicast);
    EXPECT_EQ(datagrams[0].destination.address, *IpAddress::parse("127.255.255.255"));
}

TEST(DatagramErrorTest, AClosedDescriptorIsAnError) {
    ReceiveBatch in;
    std::error_code error;
    EXPECT_TRUE(in.receive(-1, Port{1}, error).empty());
    EXPECT_EQ(error, std::errc::bad_file_descriptor);
}

}  // namespace
}  // namespace pt::net
