#include "server/app/notify_socket.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"
#include "common/net/log.hpp"

namespace pt::server {
namespace {

std::error_code last_error() { return {errno, std::generic_category()}; }

/// Of AF_UNIX, as all managers have it; virtual machines' vsock:CID:PORT is for guests, not
/// services.
std::error_code connect_to(int descriptor, std::string_view path) {
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
    const auto* const target = reinterpret_cast<const sockaddr*>(&address);
    return connect(descriptor, target, size) == 0 ? std::error_code{} : last_error();
}

}  // namespace

void NotifySocket::connect() {
    const char* const name = std::getenv("NOTIFY_SOCKET");
    if (name == nullptr || *name == '\0') {
        return;
    }
    path_ = name;
    net::Descriptor opened{socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    error_ = opened.is_open() ? connect_to(opened.get(), path_) : last_error();
    socket_ = std::move(opened);
}

void NotifySocket::send(std::string_view state) const {
    if (path_.empty()) {
        return;
    }
    auto error = error_;
    if (!error && ::send(socket_.get(), state.data(), state.size(), MSG_NOSIGNAL) < 0) {
        error = last_error();
    }
    if (error) {
        net::log(net::LogLevel::warn, "NOTIFY_SOCKET \"{path}\": {error}",
                 net::field<net::LogKey::path>(safe_word(path_)),
                 net::field<net::LogKey::error>(error));
    }
}

}  // namespace pt::server
