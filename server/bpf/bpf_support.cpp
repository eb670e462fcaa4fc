#include "server/bpf/bpf_support.hpp"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "common/net/descriptor.hpp"
#include "common/net/log.hpp"

namespace pt::server {
namespace {

/// libbpf speaks in lines, and in pages of verifier log where a program is refused.
int log_line(libbpf_print_level, const char* format, va_list arguments) {
    if (net::is_logged(net::LogLevel::trace)) {
        std::array<char, 1024> text{};
        std::vsnprintf(text.data(), text.size(), format, arguments);
        std::string_view line{text.data()};
        net::log(net::LogLevel::trace, "{libbpf}",
                 net::field<net::LogKey::libbpf>(line.substr(0, line.find_last_not_of('\n') + 1)));
    }
    return 0;
}

}  // namespace

void set_up_bpf_log() { libbpf_set_print(log_line); }

std::string describe_bpf_refusal(int error, const std::string& capabilities) {
    if (error == EPERM || error == EACCES) {
        return "not permitted: it takes the capabilities " + capabilities;
    }
    return std::string{"this kernel refuses it: "} + std::strerror(error);
}

BpfLink attach_to_own_network(const bpf_program* program) {
    const net::Descriptor network{open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC)};
    return BpfLink{network.is_open() ? bpf_program__attach_netns(program, network.get()) : nullptr};
}

}  // namespace pt::server
