#pragma once

#include <cstdint>
#include <vector>

#include "common/core/frame.hpp"

/// Frames with another value in every field, so that no two fields can be mistaken for each other.
namespace pt::test {

inline Frame sample_request() {
    Frame frame;
    frame.type = FrameType::request;
    frame.flags = 0x81;
    frame.key_id = 0x11121314;
    frame.nonce = {0x2122232425262728, 0x31323334};
    frame.port = Port{443};
    frame.protocol = Protocol::udp;
    frame.attempt = 3;
    frame.client_time = 0x4142434445464748;
    frame.cookie = 0x5152535455565758;
    frame.tag = {0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67,
                 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F};
    return frame;
}

inline Frame sample_reply() {
    Frame frame = sample_request();
    frame.type = FrameType::reply;
    frame.length = frame_header_size;
    frame.seen_source = {IpAddress{IpAddress::V4Bytes{203, 0, 113, 9}}, Port{40001}};
    frame.seen_destination = {*IpAddress::parse("2001:db8::7"), Port{8443}};
    frame.server_time_us = 0x71727374;
    frame.received_ttl = 61;
    frame.received_tos = 0x2E;
    frame.received_length = 128;
    frame.session_frames = 0x81828384;
    frame.server_instance = 0x9192939495969798;
    frame.padding_crc = 0xA1A2A3A4;
    return frame;
}

inline std::vector<std::uint8_t> encoded_header(const Frame& frame) {
    std::vector<std::uint8_t> bytes(frame.length);
    encode_header(frame, bytes);
    return bytes;
}

}  // namespace pt::test
