// Round trips per second of a pt-server that runs on loopback already, for compare_servers.
//
//     echo_load tcp|udp PORT PEERS IN_FLIGHT MILLISECONDS

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>

#include "load.hpp"

int main(int argc, char* argv[]) {
    using namespace pt;
    if (argc != 6) {
        std::fputs("usage: echo_load tcp|udp PORT PEERS IN_FLIGHT MILLISECONDS\n", stderr);
        return 2;
    }
    const auto number = [argv](int place) {
        return static_cast<std::size_t>(std::strtoul(argv[place], nullptr, 10));
    };
    const bench::Load load{std::string{argv[1]} == "tcp" ? Protocol::tcp : Protocol::udp, number(3),
                           number(4)};
    const SocketAddress server{IpAddress{IpAddress::V4Bytes{127, 0, 0, 1}},
                               Port{static_cast<std::uint16_t>(number(2))}};
    try {
        std::printf("%.0f\n", bench::round_trips_per_second(load, server,
                                                            std::chrono::milliseconds{number(5)}));
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "echo_load: %s\n", error.what());
        return 1;
    }
}
