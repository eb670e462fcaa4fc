// Writes the seeds that the fuzz targets start from, one folder for each: make_seeds FOLDER.
// Made at build time from the code itself, so they follow the frame's layout when it changes.

#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/frame.hpp"
#include "common/core/inquiry.hpp"

namespace {

using Bytes = std::vector<std::uint8_t>;

/// Numbers the seeds of one target: "0", "1" and so on.
class SeedFolder {
public:
    explicit SeedFolder(std::filesystem::path path) : path_{std::move(path)} {
        std::filesystem::create_directories(path_);
    }

    void add(std::string_view bytes) {
        std::ofstream file{path_ / std::to_string(count_++), std::ios::binary};
        file.exceptions(std::ios::failbit | std::ios::badbit);
        file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    }

    void add(const Bytes& bytes) { add(std::string{bytes.begin(), bytes.end()}); }

private:
    std::filesystem::path path_;
    unsigned count_ = 0;
};

pt::Frame frame_of(pt::FrameType type, pt::Protocol protocol) {
    pt::Frame frame;
    frame.type = type;
    frame.protocol = protocol;
    frame.nonce = {0x2122232425262728, 0x31323334};
    frame.port = pt::Port{443};
    frame.attempt = 1;
    return frame;
}

/// Policies of all kinds, in small.
std::vector<std::string> policies() {
    const std::string head = "version: 1\ntests:\n";
    return {
        head + "- {to: a, open: tcp/443}\n",
        head +
            "- name: x\n  from: app\n  to: [db, '::1']\n  open: [tcp/1-9, \"udp/53,123\"]\n"
            "  blocked: [any/1-100, tcp/5]\n  method: drop\n  proof: any\n  max_rtt: 50ms\n"
            "hosts: {db: 10.0.0.5}\ndefaults: {timeout: 3s, proof: strict, max_rtt: 1s}\n",
        head +
            "- to: a\n  tcp/443: answered\n  tcp/80: [open, closed]\n"
            "  udp/53: {verdict: filtered, direction: forward, by: 192.0.2.1}\n",
        "{\"version\": 1, \"tests\": [{\"to\": \"a\", \"blocked\": \"tcp/all\"}]}",
        "version: 1\nhosts: {a: &x b, c: *x}\n",
    };
}

/// Frames as both ends send them, alone and in a stream.
std::vector<Bytes> frames() {
    using pt::FrameType;
    std::vector<Bytes> all;
    Bytes stream;
    for (const auto protocol : pt::all_protocols) {
        all.push_back(pt::encode_request(frame_of(FrameType::request, protocol)));
        all.push_back(
            pt::encode_request(frame_of(FrameType::request, protocol), pt::min_request_size));
        all.push_back(pt::encode_request(frame_of(FrameType::query, protocol)));
        for (const auto type : {FrameType::reply, FrameType::answer}) {
            pt::Frame frame = frame_of(type, protocol);
            frame.length = pt::frame_header_size;
            all.emplace_back(frame.length);
            pt::encode_header(frame, all.back());
        }
    }
    for (const Bytes& frame : all) {
        stream.insert(stream.end(), frame.begin(), frame.end());
    }
    all.push_back(stream);
    return all;
}

/// Queries and the answers to them: for one port, for as many as one query may ask, at the end.
std::vector<Bytes> inquiries() {
    std::vector<Bytes> all;
    const pt::Frame frame = frame_of(pt::FrameType::query, pt::Protocol::tcp);
    const auto add = [&](pt::Port first, std::uint16_t count) {
        const pt::Inquiry inquiry{pt::Inquiry::Kind::journal, pt::Protocol::udp, first, count, 1};
        all.push_back(pt::encode_query(frame, inquiry));
        all.push_back(pt::encode_answer(frame, inquiry, {1, 2, 3, 4, 5}, Bytes(count, 3)));
    };
    add(pt::Port{53}, 1);
    add(pt::Port{53}, pt::max_inquiry_ports);
    add(pt::Port{65535}, 1);
    return all;
}

/// A frame, followed by the bytes that the target reads an arrival from, last byte first: from port
/// 257 of 1.1.1.1 to port 514 of 2.2.2.2, then protocol, flags, TTL, TOS and time.
Bytes arrived(Bytes frame, pt::Protocol protocol) {
    const Bytes rest{0, 0, 0, 0, 0, 0, 0, 0, 0, 64, 0, 0, protocol == pt::Protocol::udp};
    const Bytes destination{2, 2, 2, 2, 1, 2, 2};
    const Bytes source{1, 1, 1, 1, 1, 1, 1};
    const Bytes are_different{1};
    for (const Bytes& part : {rest, destination, are_different, source}) {
        frame.insert(frame.end(), part.begin(), part.end());
    }
    return frame;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: make_seeds FOLDER\n";
        return 2;
    }
    const std::filesystem::path root = argv[1];

    SeedFolder frame_seeds{root / "frame"};
    SeedFolder responder_seeds{root / "responder"};
    for (const Bytes& frame : frames()) {
        frame_seeds.add(frame);
        for (const auto protocol : pt::all_protocols) {
            responder_seeds.add(arrived(frame, protocol));
        }
    }

    SeedFolder inquiry_seeds{root / "inquiry"};
    for (const Bytes& frame : inquiries()) {
        inquiry_seeds.add(frame);
        responder_seeds.add(arrived(frame, pt::Protocol::tcp));
    }

    SeedFolder key_seeds{root / "key_file"};
    const std::string secret{"0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f20"};
    for (const std::string& text :
         {"pt-key-1 " + secret + "\n",
          "# old\npt-key-1 " + secret + " from=2026-01-31 until=2027-01-31T12:00:00Z\n",
          "pt-key-1 " + secret + "\npt-key-1 ff" + secret.substr(2) + " # two\n",
          "pt-key-1 " + secret.substr(4) + " until=2026-02-30", "ssh-rsa " + secret}) {
        key_seeds.add(text);
    }

    SeedFolder spec_seeds{root / "port_spec"};
    for (const std::string_view spec :
         {"tcp/443", "53/udp", "any/53", "tcp/22,80,8000-8100", "https", "udp/syslog,123",
          "any/all", "ms-wbt-server", "tcp/0,1-65535", "htps", "80-70", "sctp/80", "tcp/80/udp"}) {
        spec_seeds.add(spec);
    }

    SeedFolder target_seeds{root / "whole_target"};
    for (const std::string_view target :
         {"tcp://db:5432", "db:443,8443", "[::1]:https", "udp://[fd00::1]:53",
          "any://192.0.2.7:domain", "tcp://web:80,8000-8100", "tcp://[fe80::1%eth0]:all",
          "http://db", "https://db:8443/x", "tcp://fd00::1:53", "tcp://[fd00::1", "udp://:53",
          "tcp://db", "TCP://db:htps"}) {
        target_seeds.add(target);
    }

    SeedFolder range_seeds{root / "host_range"};
    for (const std::string_view range :
         {"10.0.0.0/28", "10.0.0.5/30", "10.0.0.1-20", "10.0.0.1-10.0.1.20", "fd00::/124",
          "192.0.2.1/32", "192.0.2.0/31", "10.0.0.0/8", "10.0.0.9-1", "fe80::/120%eth0"}) {
        range_seeds.add(range);
    }

    SeedFolder policy_seeds{root / "policy"};
    for (const std::string& policy : policies()) {
        policy_seeds.add(policy);
    }

    SeedFolder config_seeds{root / "server_config"};
    for (const std::string_view config :
         {"listen = tcp/53\nlisten = udp/53\n", "# all\r\nlisten=any/all\r\n",
          "bind = 127.0.0.1\nbind = ::1\nstrict = yes\n", "log-level = debug\nlog-format = json",
          "max-connections = 1000", "ready-file = /run/pt.ready\n", "user = nobody\n",
          "[section]\n", "listen\n", "listen = tcp/70000\n", "nonesuch = 1\n"}) {
        config_seeds.add(config);
    }

    SeedFolder results_seeds{root / "results_file"};
    const std::string result =
        R"({"host": "a.example", "address": "192.0.2.7", "protocol": "tcp", "port": 443, )"
        R"("service": "https", "verdict": "open", "evidence": "echo", "by": null, )"
        R"("direction": null, "error": null, "attempts": 1, "rtt_ms": {"min": 0.200000, )"
        R"("avg": 0.300000, "max": 0.400000, "stddev": 0.081650, "samples": 3}, )"
        R"("frames_sent": 3, "frames_lost": 0, "local": "198.51.100.4:52123", )"
        R"("seen_source": "203.0.113.9:40001", "seen_destination": "[2001:db8::1]:443", )"
        R"("received_ttl": 62, "received_tos": 0, "hops": 2, )"
        R"("server_instance": "0000000000abcdef", "session": "00000000000000e1", )"
        R"("notes": ["source rewritten"]})";
    results_seeds.add(result + '\n');
    results_seeds.add(result + '\n' + result.substr(0, 300) + '\n' + result);
    results_seeds.add("{\n  \"pt\": \"0.1.0\",\n  \"results\": [\n    " + result + ",\n    " +
                      result + "\n  ],\n  \"summary\": {}\n}\n");

    SeedFolder journal_seeds{root / "journal_file"};
    const std::string header = R"({"pt_journal":3,"pt":"0.1.0","instance":"00000000000000ab",)"
                               R"("written":"2026-11-23T00:00:00Z","record":"exact",)"
                               R"("held":{"0.0.0.0":"tcp/80 udp/53","192.0.2.9":"tcp/81"}})"
                               "\n";
    const std::string account =
        R"({"session":"00000000000000e1","sources":["192.0.2.1"],"destinations":["192.0.2.9"],)"
        R"("first_ms_ago":2000,"last_ms_ago":2000,"frames":1,"duplicates":0,"altered_padding":0,)"
        R"("reordered":0,"stalled":false,"strays":false,"arrived":"tcp/80 udp/53","late":"udp/53","established":"tcp/80",)"
        R"("attempt":"tcp/81","marked":"","reset":"","other":"tcp/82","incomplete":"udp/1-9","deaf":"",)"
        R"("beside":"tcp/80"})"
        "\n";
    journal_seeds.add(header);
    journal_seeds.add(header + account + account);
}
