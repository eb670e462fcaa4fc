// The kernel's socket tables as they come by netlink, whole, cut and wrong.
#include "server/kernel/socket_dump.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <iterator>
#include <random>
#include <span>

namespace pt::server {
namespace {

using Bytes = std::vector<std::uint8_t>;
using State = DumpProgress::State;

constexpr std::uint32_t sequence = 7;

template <typename T>
void append(Bytes& bytes, const T& value) {
    for (const std::byte byte : std::as_bytes(std::span{&value, 1})) {
        bytes.push_back(std::to_integer<std::uint8_t>(byte));
    }
}

Bytes message(std::uint16_t type, const Bytes& body, std::uint32_t number = sequence) {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body.size());
    header.nlmsg_type = type;
    header.nlmsg_seq = number;
    Bytes bytes;
    append(bytes, header);
    std::copy(body.begin(), body.end(), std::back_inserter(bytes));
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return bytes;
}

Bytes attribute(std::uint16_t type, const Bytes& value) {
    nlattr header{};
    header.nla_len = static_cast<std::uint16_t>(sizeof header + value.size());
    header.nla_type = type;
    Bytes bytes;
    append(bytes, header);
    std::copy(value.begin(), value.end(), std::back_inserter(bytes));
    bytes.resize((bytes.size() + 3) / 4 * 4);
    return bytes;
}

Bytes socket_message(std::uint16_t port, std::uint32_t inode, std::uint64_t cgroup,
                     std::uint32_t number = sequence) {
    inet_diag_msg fields{};
    fields.idiag_family = AF_INET6;
    fields.id.idiag_sport = htons(port);
    fields.idiag_inode = inode;
    Bytes body;
    append(body, fields);
    for (const auto& one : {attribute(INET_DIAG_SHUTDOWN, {0}), [&] {
                                Bytes id;
                                append(id, cgroup);
                                return attribute(INET_DIAG_CGROUP_ID, id);
                            }()}) {
        body.insert(body.end(), one.begin(), one.end());
    }
    return message(SOCK_DIAG_BY_FAMILY, body, number);
}

Bytes end_message(std::uint16_t type, int error) {
    Bytes body;
    append(body, error);
    return message(type, body);
}

Bytes operator+(Bytes left, const Bytes& right) {
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

TEST(SocketDumpTest, ReadsSocketsUntilTheEnd) {
    std::vector<UsedSocket> found;
    EXPECT_EQ(
        read_socket_dump(socket_message(22, 11, 1) + socket_message(53, 12, 300), sequence, found),
        (DumpProgress{State::more, 0}));
    EXPECT_EQ(
        read_socket_dump(socket_message(80, 0, 1) + end_message(NLMSG_DONE, 0), sequence, found),
        (DumpProgress{State::done, 0}));
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(
        found[0],
        (UsedSocket{
            .port = Port{22}, .inode = 11, .cgroup = 1, .peer = {}, .local = {}, .drops = {}}));
    EXPECT_EQ(
        found[1],
        (UsedSocket{
            .port = Port{53}, .inode = 12, .cgroup = 300, .peer = {}, .local = {}, .drops = {}}));
    EXPECT_EQ(found[2].port, Port{80});
}

TEST(SocketDumpTest, ReadsBothEndsAndTheTimerOfAHandshake) {
    inet_diag_msg fields{};
    fields.idiag_family = AF_INET;
    fields.idiag_retrans = 2;
    fields.idiag_expires = 3999;
    fields.id.idiag_sport = htons(443);
    fields.id.idiag_dport = htons(40000);
    ASSERT_EQ(inet_pton(AF_INET, "192.0.2.9", fields.id.idiag_src), 1);
    ASSERT_EQ(inet_pton(AF_INET, "192.0.2.1", fields.id.idiag_dst), 1);
    Bytes v4;
    append(v4, fields);
    fields.idiag_family = AF_INET6;
    ASSERT_EQ(inet_pton(AF_INET6, "2001:db8::9", fields.id.idiag_src), 1);
    ASSERT_EQ(inet_pton(AF_INET6, "2001:db8::1", fields.id.idiag_dst), 1);
    Bytes v6;
    append(v6, fields);
    std::vector<UsedSocket> found;
    read_socket_dump(message(SOCK_DIAG_BY_FAMILY, v4) + message(SOCK_DIAG_BY_FAMILY, v6), sequence,
                     found);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].peer, (SocketAddress{*IpAddress::parse("192.0.2.1"), Port{40000}}));
    EXPECT_EQ(found[0].local, *IpAddress::parse("192.0.2.9"));
    EXPECT_EQ(found[1].peer, (SocketAddress{*IpAddress::parse("2001:db8::1"), Port{40000}}));
    EXPECT_EQ(found[1].local, *IpAddress::parse("2001:db8::9"));
    EXPECT_EQ(found[1].port, Port{443});
    EXPECT_EQ(found[1].repetitions, 2);
    EXPECT_EQ(found[1].timer, std::chrono::milliseconds{3999});
}

TEST(SocketDumpTest, ReadsTheCountOfDropsWhereTheKernelTells) {
    const auto drops = [](std::uint32_t counters) {
        inet_diag_msg fields{};
        Bytes values;
        for (std::uint32_t number = 0; number < counters; ++number) {
            append(values, 100 + number);
        }
        Bytes body;
        append(body, fields);
        body = body + attribute(INET_DIAG_SKMEMINFO, values);
        std::vector<UsedSocket> found;
        read_socket_dump(message(SOCK_DIAG_BY_FAMILY, body), sequence, found);
        return found.at(0).drops;
    };
    EXPECT_EQ(drops(SK_MEMINFO_VARS), std::optional{100U + SK_MEMINFO_DROPS});
    EXPECT_EQ(drops(SK_MEMINFO_DROPS), std::nullopt) << "an older kernel";
    EXPECT_EQ(drops(0), std::nullopt);
}

TEST(SocketDumpTest, TheKernelsRefusalIsItsErrno) {
    std::vector<UsedSocket> found;
    EXPECT_EQ(read_socket_dump(end_message(NLMSG_ERROR, -ENOENT), sequence, found),
              (DumpProgress{State::failed, ENOENT}));
    EXPECT_EQ(read_socket_dump(end_message(NLMSG_DONE, -EOPNOTSUPP), sequence, found),
              (DumpProgress{State::failed, EOPNOTSUPP}));
    EXPECT_TRUE(found.empty());
}

TEST(SocketDumpTest, WhatBelongsToAnOlderQuestionIsSkipped) {
    std::vector<UsedSocket> found;
    EXPECT_EQ(read_socket_dump(socket_message(22, 1, 1, sequence - 1) + socket_message(53, 2, 1),
                               sequence, found),
              (DumpProgress{State::more, 0}));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].port, Port{53});
}

TEST(SocketDumpTest, AMessageCutAnywhereFailsAndIsNotReadPastItsEnd) {
    const Bytes whole = socket_message(22, 1, 1);
    for (std::size_t size = 1; size < whole.size(); ++size) {
        std::vector<UsedSocket> found;
        const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        EXPECT_EQ(read_socket_dump(cut, sequence, found), (DumpProgress{State::failed, EBADMSG}))
            << size;
        EXPECT_TRUE(found.empty());
    }
}

TEST(SocketDumpTest, ABodyTooShortForASocketFails) {
    std::vector<UsedSocket> found;
    EXPECT_EQ(read_socket_dump(message(SOCK_DIAG_BY_FAMILY, Bytes(sizeof(inet_diag_msg) - 1)),
                               sequence, found),
              (DumpProgress{State::failed, EBADMSG}));
}

TEST(SocketDumpTest, AnAttributeThatLiesAboutItsLengthTellsNothing) {
    inet_diag_msg fields{};
    fields.id.idiag_sport = htons(22);
    for (const std::uint16_t length : std::initializer_list<std::uint16_t>{0, 3, 5, 13, 65535}) {
        Bytes body;
        append(body, fields);
        append(body, nlattr{length, INET_DIAG_CGROUP_ID});
        append(body, std::uint32_t{1});
        std::vector<UsedSocket> found;
        EXPECT_EQ(read_socket_dump(message(SOCK_DIAG_BY_FAMILY, body), sequence, found),
                  (DumpProgress{State::more, 0}));
        ASSERT_EQ(found.size(), 1U);
        EXPECT_FALSE(found[0].cgroup) << length;
    }
}

TEST(SocketDumpTest, NoBytesAtAllMakeItReadWhereItMayNot) {
    std::mt19937_64 random{1};
    const Bytes whole =
        socket_message(22, 1, 1) + socket_message(53, 2, 1) + end_message(NLMSG_DONE, 0);
    for (int i = 0; i < 200'000; ++i) {
        Bytes changed = whole;
        for (int changes = 0; changes < 3; ++changes) {
            changed[random() % changed.size()] = static_cast<std::uint8_t>(random());
        }
        std::vector<UsedSocket> found;
        read_socket_dump(changed, sequence, found);
        EXPECT_LE(found.size(), whole.size() / sizeof(nlmsghdr));
    }
}

}  // namespace
}  // namespace pt::server
