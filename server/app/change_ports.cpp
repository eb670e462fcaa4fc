#include <boost/asio/dispatch.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>
#include <chrono>
#include <future>
#include <utility>
#include <vector>

#include "common/net/clock.hpp"
#include "common/net/descriptor_limit.hpp"
#include "server/app/server.hpp"
#include "server/app/socket_shares.hpp"

// What a server does to its ports while it runs.

namespace pt::server {
namespace {

namespace asio = boost::asio;

PortSet chosen_by_kernel() {
    PortSet ports;
    for (const auto protocol : all_protocols) {
        ports.insert(protocol, Port{0});
    }
    return ports;
}

/// One by one, not as a part of all: those that listen, on one address at least, and the others.
struct Single {
    PortSet listening;
    PortSet failed;
};

Single single_ports(const PortTable& table, const PortSet& fixed) {
    Single single;
    for (const auto& entry : table) {
        if (entry.more == 0 && !fixed.contains(entry.protocol, entry.port)) {
            (entry.state == PortState::listening ? single.listening : single.failed)
                .insert(entry.protocol, entry.port);
        }
    }
    single.failed.erase(single.listening);
    return single;
}

PortSet without(PortSet ports, const PortSet& others) {
    ports.erase(others);
    return ports;
}

/// Calls `take` for each port.
template <typename Take>
void for_each(const PortSet& ports, Take take) {
    for (const auto& range : ports.ranges()) {
        for (std::uint32_t port = to_number(range.first); port <= to_number(range.last); ++port) {
            take(range.protocol, Port{static_cast<std::uint16_t>(port)});
        }
    }
}

}  // namespace

Server::PortChange Server::change_ports(const PortSet& wanted) {
    if (draining_) {
        return {};
    }
    const auto present = single_ports(ports_, fixed_ports_);
    PortChange change;
    change.closed = without(present.listening, wanted);
    PortSet untouched = present.listening;
    untouched.insert(fixed_ports_);
    untouched.insert(chosen_by_kernel());
    const PortSet to_open = without(wanted, untouched);

    PortSet forgotten = change.closed;
    forgotten.insert(present.failed);
    std::erase_if(ports_, [&](const PortEntry& entry) {
        return entry.more == 0 && forgotten.contains(entry.protocol, entry.port);
    });
    close_ports(change.closed);
    const PortTable table = open_ports(to_open);
    for (const auto& entry : table) {
        if (entry.state == PortState::listening) {
            change.opened.insert(entry.protocol, entry.port);
        } else {
            change.failed.push_back(entry);
        }
    }
    ports_ = merge(std::move(ports_), table);
    archive_->lock()->ports().set(ports_);
    return change;
}

/// The kernel's record, where it is exact, has been told once which ports are the server's: of one
/// that is so no more, and of a new one, it may miss arrivals from now on.
void Server::close_ports(const PortSet& ports) {
    {
        const auto archive = archive_->lock();
        const TimePoint until = archive->record().is_exact() ? TimePoint::max() : net::steady_now();
        for_each(ports, [&](Protocol protocol, Port port) {
            archive->record().note_unseen(protocol, port, until);
        });
    }
    // The log says next that they are closed: wait until no thread accepts on them any more, but
    // for a thread that does not get to it in time.
    constexpr std::chrono::seconds max_wait{1};
    const auto until = std::chrono::steady_clock::now() + max_wait;
    std::vector<std::future<void>> closing;
    for (const auto& worker : workers_) {
        closing.push_back(asio::dispatch(
            worker->context(), asio::use_future([&one = *worker, ports] { one.close(ports); })));
    }
    for (const auto& closed : closing) {
        closed.wait_until(until);
    }
}

/// Until it is open, nothing that came to a port was seen.
PortTable Server::open_ports(const PortSet& ports) {
    const auto threads = static_cast<unsigned>(workers_.size());
    auto opened =
        open_sockets(ports, addresses_, descriptor_ceiling(net::raise_descriptor_limit()), threads);
    {
        const auto archive = archive_->lock();
        const TimePoint now = net::steady_now();
        for_each(ports, [&](Protocol protocol, Port port) {
            const bool exact = protocol == Protocol::tcp && archive->record().is_exact();
            archive->record().note_unseen(protocol, port, exact ? TimePoint::max() : now);
            archive->ports().note_opened(protocol, port, now);
        });
    }
    auto shares = share_out(std::move(opened.sockets), threads);
    for (std::size_t thread = 0; thread < workers_.size(); ++thread) {
        asio::post(workers_[thread]->context(),
                   [&one = *workers_[thread], sockets = std::move(shares[thread])]() mutable {
                       one.add(std::move(sockets));
                   });
    }
    return std::move(opened.table);
}

}  // namespace pt::server
