#include "common/net/resolve.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <resolv.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include "common/core/ipv4_text.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/descriptor.hpp"
#include "common/net/sockaddr.hpp"

namespace pt::net {
namespace {

namespace asio = boost::asio;

bool fits(const IpAddress& address, AddressFamily family) {
    switch (family) {
        case AddressFamily::any: return true;
        case AddressFamily::v4: return address.is_v4();
        case AddressFamily::v6: return !address.is_v4();
    }
    return false;
}

/// Whether it is the broadcast address of a network of this machine's: without SO_BROADCAST, the
/// kernel refuses such a destination and few others (ip(7), EACCES). Sends nothing.
bool is_broadcast(const IpAddress& address) {
    if (!address.is_v4()) {
        return false;
    }
    const Descriptor probe{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    const Sockaddr remote{SocketAddress{address, Port{9}}};
    const int on = 1;
    return probe.is_open() && connect(probe.get(), remote.data(), remote.size()) != 0 &&
           errno == EACCES &&
           setsockopt(probe.get(), SOL_SOCKET, SO_BROADCAST, &on, sizeof on) == 0 &&
           connect(probe.get(), remote.data(), remote.size()) == 0;
}

Resolution look_up(const std::string& host, AddressFamily family) {
    addrinfo hints{};
    hints.ai_family = family == AddressFamily::any  ? AF_UNSPEC
                      : family == AddressFamily::v4 ? AF_INET
                                                    : AF_INET6;
    hints.ai_socktype = SOCK_STREAM;  // one entry for each address, not one for each socket type
    addrinfo* list = nullptr;
    const int failure = getaddrinfo(host.c_str(), nullptr, &hints, &list);
    if (failure != 0) {
        return {{},
                failure == EAI_SYSTEM ? std::system_category().message(errno)
                                      : std::string{gai_strerror(failure)}};
    }
    Resolution resolution;
    for (const addrinfo* entry = list;
         entry != nullptr && resolution.addresses.size() < max_addresses; entry = entry->ai_next) {
        const Sockaddr address{*entry->ai_addr, entry->ai_addrlen};
        const IpAddress found = address.to_socket_address().address;
        if (!found.is_unspecified() && !is_broadcast(found) &&
            std::find(resolution.addresses.begin(), resolution.addresses.end(), found) ==
                resolution.addresses.end()) {
            resolution.addresses.push_back(found);
        }
    }
    freeaddrinfo(list);
    if (resolution.addresses.empty()) {
        resolution.error = "the name has no usable address";
    }
    return resolution;
}

std::string timeout_text(std::chrono::milliseconds timeout) {
    return "name resolution timed out after " + std::to_string(timeout.count()) + " ms";
}

/// Makes this thread's resolver (resolver(3)) ask each of its servers once, all of them together
/// for about `timeout` at most, in whole seconds.
void bound_resolver(std::chrono::milliseconds timeout) {
    if (res_init() == 0) {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(timeout).count();
        _res.retrans = std::max(1, static_cast<int>(seconds) / std::max(1, _res.nscount));
        _res.retry = 1;
    }
}

/// Where the resolver's thread finds the context, for as long as somebody waits there.
class Mailbox {
public:
    explicit Mailbox(asio::io_context& context) : context_{&context} {}

    template <class Handler>
    void post(Handler handler) {
        const std::lock_guard lock{mutex_};
        if (context_ != nullptr) {
            asio::post(*context_, std::move(handler));
        }
    }
    void close() {
        const std::lock_guard lock{mutex_};
        context_ = nullptr;
    }

private:
    std::mutex mutex_;
    asio::io_context* context_;
};

/// One lookup in flight. Its timer's handler owns it, so it goes with the context at the latest.
class Lookup : public std::enable_shared_from_this<Lookup> {
public:
    Lookup(asio::io_context& context, std::function<void(Resolution)> done)
        : mailbox_{std::make_shared<Mailbox>(context)}, timer_{context}, done_{std::move(done)} {}
    ~Lookup() { mailbox_->close(); }
    Lookup(const Lookup&) = delete;
    Lookup& operator=(const Lookup&) = delete;

    void start(const std::string& host, AddressFamily family, std::chrono::milliseconds timeout) {
        timeout_ = timeout;
        timer_.expires_after(timeout);
        timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
            if (!error) {
                self->finish({{}, timeout_text(self->timeout_)});
            }
        });
        try {
            std::thread{[host, family, mailbox = mailbox_, lookup = weak_from_this()] {
                Resolution found = look_up(host, family);
                mailbox->post([lookup, found = std::move(found)]() mutable {
                    if (const auto self = lookup.lock()) {
                        self->finish(std::move(found));
                    }
                });
            }}.detach();
        } catch (const std::system_error&) {
            // A limit of tasks, or a sandbox that allows no thread: nothing else goes on meanwhile.
            asio::post(timer_.get_executor(), [host, family, self = shared_from_this()] {
                bound_resolver(self->timeout_);
                self->finish(look_up(host, family));
            });
        }
    }

private:
    void finish(Resolution resolution) {
        mailbox_->close();
        timer_.cancel();
        if (const auto done = std::exchange(done_, nullptr)) {
            done(std::move(resolution));
        }
    }

    std::shared_ptr<Mailbox> mailbox_;
    std::chrono::milliseconds timeout_{};
    asio::steady_timer timer_;
    std::function<void(Resolution)> done_;
};

void post_soon(asio::io_context& context, std::function<void(Resolution)> done,
               Resolution resolution) {
    asio::post(context, [done = std::move(done), resolution = std::move(resolution)]() mutable {
        done(std::move(resolution));
    });
}

/// Of an IPv6 address that `parse_numeric_host` does not take, the zone that makes it so; or "".
std::string unknown_zone(const std::string& host) {
    const auto percent = host.find('%');
    if (percent == std::string::npos) {
        return "";
    }
    const auto begin = static_cast<std::size_t>(host.front() == '[');
    return IpAddress::parse(std::string_view{host}.substr(begin, percent - begin))
               ? safe_text(host.substr(percent + 1, host.find(']') - percent - 1))
               : "";
}

}  // namespace

void async_resolve(asio::io_context& context, const std::string& host, AddressFamily family,
                   std::chrono::milliseconds timeout, std::function<void(Resolution)> done) {
    if (const auto numeric = parse_numeric_host(host)) {
        Resolution resolution;
        if (is_broadcast(*numeric)) {
            resolution.error = "a broadcast address: it stands for no single host";
        } else if (fits(*numeric, family)) {
            resolution.addresses.push_back(*numeric);
        } else {
            resolution.error = numeric->is_v4() ? "an IPv4 address, but IPv6 was asked for"
                                                : "an IPv6 address, but IPv4 was asked for";
        }
        post_soon(context, std::move(done), std::move(resolution));
        return;
    }
    // getaddrinfo(3) would take it for an address, and maybe for another host's than was meant.
    if (auto remedy = other_ipv4_remedy(host); !remedy.empty()) {
        post_soon(context, std::move(done), {{}, std::move(remedy)});
        return;
    }
    if (const auto zone = unknown_zone(host); !zone.empty()) {
        post_soon(context, std::move(done), {{}, "there is no network interface " + zone});
        return;
    }
    std::make_shared<Lookup>(context, std::move(done))->start(host, family, timeout);
}

}  // namespace pt::net
