#include "server/kernel/tcp_counters.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>
#include <sstream>
#include <string>

namespace pt::server {
namespace {

std::optional<std::uint64_t> sum_in_file(const char* path,
                                         std::span<const std::string_view> names) {
    std::ifstream file{path};
    return file ? sum_counters(file, names) : std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> lost_handshakes() {
    constexpr std::array<std::string_view, 3> names{"SyncookiesSent", "TCPReqQFullDoCookies",
                                                    "TCPReqQFullDrop"};
    return sum_in_file("/proc/self/net/netstat", names);
}

std::optional<std::uint64_t> ended_handshakes() {
    constexpr std::array<std::string_view, 2> names{"EmbryonicRsts", "ListenDrops"};
    return sum_in_file("/proc/self/net/netstat", names);
}

std::optional<std::uint64_t> received_segments() {
    constexpr std::array<std::string_view, 1> names{"InSegs"};
    return sum_in_file("/proc/self/net/snmp", names);
}

std::optional<std::uint64_t> sum_counters(std::istream& text,
                                          std::span<const std::string_view> names) {
    std::optional<std::uint64_t> sum;
    std::string head;
    std::string numbers;
    while (std::getline(text, head) && std::getline(text, numbers)) {
        std::istringstream name_words{head};
        std::istringstream number_words{numbers};
        std::string name;
        std::string number;
        while (name_words >> name && number_words >> number) {
            if (std::find(names.begin(), names.end(), name) != names.end()) {
                std::uint64_t value = 0;
                std::istringstream{number} >> value;
                sum = sum.value_or(0) + value;
            }
        }
    }
    return sum;
}

}  // namespace pt::server
