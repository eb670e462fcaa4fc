#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cstdint>
#include <memory>
#include <system_error>
#include <vector>

namespace pt::net {

/// Waits for very many descriptors that each live for one short exchange. Asio costs such a one
/// four system calls (watch, make non-blocking, wait, forget), here it is one: they are in an epoll
/// set of their own (epoll(7), level-triggered), and Asio waits for that. Used from the context's
/// thread alone, and outlived by it.
class EpollSet {
public:
    class Watcher {
    public:
        virtual ~Watcher() = default;
        /// Ready, or in error. May come without reason.
        virtual void on_ready() = 0;
    };
    enum class Wait : std::uint8_t { readable, writable };

    explicit EpollSet(boost::asio::io_context& context);

    /// Tells `watcher`, for as long as it lives, whenever the descriptor is ready. Closing the
    /// descriptor ends it.
    std::error_code add(int descriptor, Wait wait, std::weak_ptr<Watcher> watcher);
    void change(int descriptor, Wait wait);
    /// For one that is not closed.
    void remove(int descriptor);

    /// Tells nobody anything any more.
    void stop();

private:
    void wait();
    void dispatch();
    std::error_code control(int operation, int descriptor, Wait wait);

    boost::asio::posix::stream_descriptor set_;
    std::vector<std::weak_ptr<Watcher>> watchers_;  ///< by descriptor
};

}  // namespace pt::net
