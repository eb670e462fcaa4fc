#include "common/net/epoll_set.hpp"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <cerrno>
#include <utility>

namespace pt::net {

namespace asio = boost::asio;

EpollSet::EpollSet(asio::io_context& context) : set_{context} {
    const int descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (descriptor < 0) {
        throw std::system_error{errno, std::system_category(), "epoll_create1"};
    }
    set_.assign(descriptor);
    set_.native_non_blocking(true);
    wait();
}

std::error_code EpollSet::add(int descriptor, Wait wait, std::weak_ptr<Watcher> watcher) {
    const auto place = static_cast<std::size_t>(descriptor);
    if (place >= watchers_.size()) {
        watchers_.resize(std::max(place + 1, 2 * watchers_.size()));
    }
    watchers_[place] = std::move(watcher);
    return control(EPOLL_CTL_ADD, descriptor, wait);
}

void EpollSet::change(int descriptor, Wait wait) { control(EPOLL_CTL_MOD, descriptor, wait); }

void EpollSet::remove(int descriptor) {
    watchers_[static_cast<std::size_t>(descriptor)].reset();
    control(EPOLL_CTL_DEL, descriptor, {});
}

void EpollSet::stop() {
    boost::system::error_code ignored;
    set_.close(ignored);
}

std::error_code EpollSet::control(int operation, int descriptor, Wait wait) {
    epoll_event event{};
    event.events = wait == Wait::readable ? EPOLLIN : EPOLLOUT;
    event.data.fd = descriptor;
    return epoll_ctl(set_.native_handle(), operation, descriptor, &event) == 0
               ? std::error_code{}
               : std::error_code{errno, std::system_category()};
}

void EpollSet::wait() {
    set_.async_wait(asio::posix::stream_descriptor::wait_read,
                    [this](boost::system::error_code error) {
                        if (!error) {
                            dispatch();
                        } else if (error != asio::error::operation_aborted) {
                            // Nothing would be heard of any descriptor any more.
                            throw boost::system::system_error{error, "epoll"};
                        }
                    });
}

/// A watcher that hears of a descriptor that was closed and opened again since meets nothing there,
/// as the others that come without reason. What is ready beyond one batch has its turn after
/// others.
void EpollSet::dispatch() {
    constexpr std::size_t capacity = 256;
    std::array<epoll_event, capacity> events;
    const int count = epoll_wait(set_.native_handle(), events.data(), capacity, 0);
    for (int i = 0; i < count && set_.is_open(); ++i) {
        const auto place = static_cast<std::size_t>(events[static_cast<std::size_t>(i)].data.fd);
        if (const auto watcher = watchers_[place].lock()) {
            watcher->on_ready();
        }
    }
    if (set_.is_open()) {
        wait();
    }
}

}  // namespace pt::net
