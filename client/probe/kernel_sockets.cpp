#include "client/probe/kernel_sockets.hpp"

#include <charconv>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace pt::client {

std::vector<KernelSocket> read_kernel_sockets(std::string_view tables) {
    std::vector<KernelSocket> sockets;
    std::istringstream lines{std::string{tables}};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string number;
        std::string local;
        std::string remote;
        KernelSocket socket;
        words >> number >> local >> remote >> socket.state;
        const auto colon = local.find(':');
        if (colon == std::string::npos) {
            continue;
        }
        socket.address = local.substr(0, colon);
        std::uint16_t port = 0;
        constexpr int base = 16;
        const char* const end = local.data() + local.size();
        const auto read = std::from_chars(local.data() + colon + 1, end, port, base);
        if (read.ec == std::errc{} && read.ptr == end) {
            socket.port = Port{port};
            sockets.push_back(std::move(socket));
        }
    }
    return sockets;
}

std::string read_kernel_table(const char* path) {
    std::ifstream file{path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace pt::client
