// The server's answers to frames of any kind, from anywhere: a reply always shorter than what
// caused it, only to whom they may go, and never the cause of another.

#include <fuzzer/FuzzedDataProvider.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/inquiry.hpp"
#include "server/serve/responder.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::server {
namespace {

using View = std::span<const std::uint8_t>;
using Bytes = std::vector<std::uint8_t>;

constexpr TimePoint moment{std::chrono::hours{1}};

SocketAddress consume_address(FuzzedDataProvider& input) {
    const Port port{input.ConsumeIntegral<std::uint16_t>()};
    if (input.ConsumeBool()) {
        IpAddress::V4Bytes v4{};
        std::generate(v4.begin(), v4.end(), [&] { return input.ConsumeIntegral<std::uint8_t>(); });
        return {IpAddress{v4}, port};
    }
    IpAddress::Bytes v6{};
    std::generate(v6.begin(), v6.end(), [&] { return input.ConsumeIntegral<std::uint8_t>(); });
    return {IpAddress{v6}, port};
}

PacketInfo consume_arrival(FuzzedDataProvider& input) {
    PacketInfo arrival;
    arrival.source = consume_address(input);
    arrival.destination = input.ConsumeBool() ? consume_address(input) : arrival.source;
    arrival.protocol = input.PickValueInArray({Protocol::tcp, Protocol::udp});
    arrival.not_unicast = input.ConsumeIntegralInRange(0, 15) == 1;
    arrival.truncated = input.ConsumeIntegralInRange(0, 15) == 1;
    arrival.ttl = input.ConsumeIntegral<std::uint8_t>();
    arrival.tos = input.ConsumeIntegral<std::uint8_t>();
    arrival.in_server = std::chrono::nanoseconds{input.ConsumeIntegral<std::int64_t>()};
    return arrival;
}

/// What comes back to a peer, or to another server, must lead to nothing there.
void check_ends_there(Responder& responder, View reply, const PacketInfo& arrival) {
    PacketInfo back = arrival;
    std::swap(back.source, back.destination);
    for (const auto& way : {arrival, back}) {
        PT_CHECK(!responder.answer_datagram(reply, way, moment));
        PT_CHECK(!responder.answer_frame(*decode(reply), reply, way, moment));
    }
}

void check_reply(const Responder& responder, View request_bytes, View reply,
                 const PacketInfo& arrival) {
    if (const auto query = decode(request_bytes); query && query->type == FrameType::query) {
        const auto answer = decode(reply);
        PT_CHECK(reply.size() < request_bytes.size());
        PT_CHECK(answer && answer->type == FrameType::answer && answer->nonce == query->nonce);
        PT_CHECK(decode_answer(*answer, reply)->inquiry == *decode_query(*query, request_bytes));
        return;
    }
    PT_CHECK(reply.size() < request_bytes.size());
    const auto request = decode(request_bytes);
    const auto echo = decode(reply);
    PT_CHECK(request && request->type == FrameType::request);
    PT_CHECK(request->protocol == arrival.protocol);
    PT_CHECK(echo && echo->type == FrameType::reply);
    PT_CHECK(echo->nonce == request->nonce && echo->port == request->port);
    PT_CHECK(echo->attempt == request->attempt && echo->client_time == request->client_time);
    PT_CHECK(echo->protocol == request->protocol && echo->key_id == request->key_id);
    PT_CHECK(echo->received_length == request_bytes.size());
    PT_CHECK(echo->padding_crc == crc32c(padding(request_bytes)));
    PT_CHECK(echo->seen_source.address.bytes() == arrival.source.address.bytes());
    PT_CHECK(echo->seen_source.port == arrival.source.port);
    PT_CHECK(echo->server_instance == responder.instance());
    // 0 says that the request is not recorded: without a cookie, where many sessions begin over
    // UDP.
    PT_CHECK(echo->session_frames > 0 || arrival.protocol == Protocol::udp);
}

void check_datagram(Responder& responder, View payload, const PacketInfo& arrival) {
    const auto answer = responder.answer_datagram(payload, arrival, moment);
    if (!answer) {
        return;
    }
    PT_CHECK(!arrival.truncated && !arrival.not_unicast);
    PT_CHECK(arrival.source.port != Port{0} && arrival.source != arrival.destination);
    PT_CHECK(!arrival.source.address.is_multicast() && !arrival.source.address.is_unspecified());
    PT_CHECK(!arrival.destination.address.is_multicast());
    const Bytes sent{answer->begin(), answer->end()};
    check_reply(responder, payload, sent, arrival);
    check_ends_there(responder, sent, arrival);
}

void check_frame(Responder& responder, View bytes, const PacketInfo& arrival) {
    const auto frame = decode(bytes);
    if (!frame) {
        return;
    }
    if (const auto answer = responder.answer_frame(*frame, bytes, arrival, moment)) {
        const Bytes sent{answer->begin(), answer->end()};
        check_reply(responder, bytes, sent, arrival);
        check_ends_there(responder, sent, arrival);
    }
}

/// The same with a right checksum: mutation hardly ever hits it, and queries are judged behind it.
Bytes mended(View bytes) {
    Bytes copy{bytes.begin(), bytes.end()};
    if (auto frame = decode(bytes)) {
        frame->padding_crc = crc32c(padding(bytes));
        encode_header(*frame, copy);
    }
    return copy;
}

}  // namespace
}  // namespace pt::server

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace pt::server;
    static Responder responder{0x0102030405060708, 0x1112131415161718};
    // Numbers are taken from the input's end, so that an input begins with the frame as it is.
    FuzzedDataProvider input{data, size};
    const PacketInfo arrival = consume_arrival(input);
    const auto payload = input.ConsumeRemainingBytes<std::uint8_t>();
    for (const auto& bytes : {payload, mended(payload)}) {
        check_datagram(responder, bytes, arrival);
        check_frame(responder, bytes, arrival);
    }
    return 0;
}
