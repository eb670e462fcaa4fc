#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/port.hpp"

namespace pt::client {

/// One line of the kernel's list of sockets.
struct KernelSocket {
    std::string
        address;  ///< as the kernel prints it: hexadecimal words in the machine's byte order
    Port port{};
    std::string state;  ///< two hexadecimal digits, as include/net/tcp_states.h numbers them
};

/// Reads the text of /proc/net/tcp, tcp6, udp or udp6 (proc(5)), or several of them one behind the
/// other. A line that is no socket is passed over.
std::vector<KernelSocket> read_kernel_sockets(std::string_view tables);

/// The text of such a file; "" where it cannot be read.
std::string read_kernel_table(const char* path);

}  // namespace pt::client
