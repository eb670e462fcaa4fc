#include "server/lost_handshakes.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <istream>
#include <sstream>
#include <string>
#include <string_view>

namespace pt::server {
namespace {

constexpr std::array<std::string_view, 3> names{"SyncookiesSent", "TCPReqQFullDoCookies",
                                                "TCPReqQFullDrop"};

}  // namespace

std::optional<std::uint64_t> lost_handshakes() {
    std::ifstream netstat{"/proc/self/net/netstat"};
    return netstat ? read_lost_handshakes(netstat) : std::nullopt;
}

std::optional<std::uint64_t> read_lost_handshakes(std::istream& netstat) {
    std::optional<std::uint64_t> sum;
    std::string head;
    std::string numbers;
    while (std::getline(netstat, head) && std::getline(netstat, numbers)) {
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
