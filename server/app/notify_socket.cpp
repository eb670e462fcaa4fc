#include "server/app/notify_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include "common/core/safe_text.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/log.hpp"

namespace pt::server {
namespace {

/// Of AF_UNIX, as all managers have it; virtual machines' vsock:CID:PORT is for guests, not
/// services.
std::error_code send_to(std::string_view path, std::string_view state) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return std::make_error_code(std::errc::filename_too_long);
    }
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path.front() == '@') {
        address.sun_path[0] = '\0';  // an abstract name (unix(7))
    }
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    const net::Descriptor socket_to{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const auto* const target = reinterpret_cast<const sockaddr*>(&address);
    return socket_to.is_open() && sendto(socket_to.get(), state.data(), state.size(), MSG_NOSIGNAL,
                                         target, size) == static_cast<ssize_t>(state.size())
               ? std::error_code{}
               : std::error_code{errno, std::generic_category()};
}

}  // namespace

void notify_manager(std::string_view state) {
    const char* const name = std::getenv("NOTIFY_SOCKET");
    if (name == nullptr || *name == '\0') {
        return;
    }
    if (const auto error = send_to(name, state)) {
        net::log(net::LogLevel::warn, "NOTIFY_SOCKET \"{path}\": {error}",
                 net::field<net::LogKey::path>(safe_word(name)),
                 net::field<net::LogKey::error>(error));
    }
}

}  // namespace pt::server
