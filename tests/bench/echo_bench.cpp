// Round trips per second of pt-server's echo beside those of a bare echo, in turn, so that a busy
// machine harms both alike. One thread each for server and client, on loopback.
//
//     echo_bench [MILLISECONDS [ROUNDS]]     for each measurement (1000), and how many (5)

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <thread>
#include <vector>

#include "bare_echo.hpp"
#include "common/net/log.hpp"
#include "load.hpp"
#include "server/app/server.hpp"

namespace pt::bench {
namespace {

class PtServer {
public:
    explicit PtServer(Protocol protocol) : server_{context_, config(protocol)} {
        server_.start();
        thread_ = std::thread{[this] { context_.run(); }};
    }
    ~PtServer() {
        boost::asio::post(context_, [this] { server_.stop(); });
        thread_.join();
    }
    PtServer(const PtServer&) = delete;
    PtServer& operator=(const PtServer&) = delete;

    SocketAddress address() const {
        const auto& entry = server_.ports().front();
        return {entry.address, entry.port};
    }

private:
    static server::ServerConfig config(Protocol protocol) {
        server::ServerConfig config;
        config.ports.insert(protocol, Port{0});
        config.addresses = {IpAddress{IpAddress::V4Bytes{127, 0, 0, 1}}};
        return config;
    }

    boost::asio::io_context context_{1};
    server::Server server_;
    std::thread thread_;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

struct Work {
    const char* name;
    Load load;
};

void measure(const Work& work, std::chrono::milliseconds time, int rounds) {
    std::vector<double> bare;
    std::vector<double> ours;
    for (int round = 0; round < rounds; ++round) {
        {
            const BareEcho floor{work.load.protocol};
            bare.push_back(round_trips_per_second(work.load, floor.address(), time));
        }
        const PtServer server{work.load.protocol};
        ours.push_back(round_trips_per_second(work.load, server.address(), time));
    }
    std::printf("%-28s %12.0f %12.0f %8.2f\n", work.name, median(bare), median(ours),
                median(ours) / median(bare));
    std::fflush(stdout);
}

void measure_all(std::chrono::milliseconds time, int rounds) {
    const std::vector<Work> all{{"TCP, 1 peer", {Protocol::tcp, 1, 1}},
                                {"TCP, 1,000 peers", {Protocol::tcp, 1'000, 1}},
                                {"UDP, 1 peer", {Protocol::udp, 1, 1}},
                                {"UDP, 1 peer, 64 in flight", {Protocol::udp, 1, 64}},
                                {"UDP, 1,000 peers", {Protocol::udp, 1'000, 1}}};
    std::printf("%-28s %12s %12s %8s\n", "round trips per second", "bare", "pt-server", "ratio");
    for (const auto& work : all) {
        measure(work, time, rounds);
    }
}

}  // namespace
}  // namespace pt::bench

int main(int argc, char* argv[]) {
    const int milliseconds = argc > 1 ? std::atoi(argv[1]) : 1'000;
    const int rounds = argc > 2 ? std::atoi(argv[2]) : 5;
    if (milliseconds <= 0 || rounds <= 0) {
        std::fputs("usage: echo_bench [MILLISECONDS [ROUNDS]]\n", stderr);
        return 2;
    }
    try {
        pt::net::set_up_log(pt::net::LogFormat::text, "warn");
        pt::bench::measure_all(std::chrono::milliseconds{milliseconds}, rounds);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "echo_bench: %s\n", error.what());
        return 1;
    }
}
