#include "server/journal/handshake_thread.hpp"

#include <algorithm>
#include <chrono>
#include <new>

#include "common/net/clock.hpp"
#include "server/journal/running_thread.hpp"

namespace pt::server {
namespace {

/// Locks the archive for so many items at a time, and lets others have it in between: who waits for
/// a mutex is not served in turn.
template <typename Items, typename Note>
void in_slices(SharedArchive& archive, const std::atomic<bool>& stop, const Items& items,
               Note note) {
    constexpr std::size_t slice = 256;
    constexpr std::chrono::microseconds pause{50};
    for (std::size_t first = 0; first < items.size() && !stop; first += slice) {
        {
            const auto locked = archive.lock();
            const std::size_t end = std::min(first + slice, items.size());
            for (std::size_t place = first; place < end; ++place) {
                note(locked->record(), items[place]);
            }
        }
        std::this_thread::sleep_for(pause);
    }
}

}  // namespace

HandshakeThread::HandshakeThread(SharedArchive& archive, HandshakeWatch& watch)
    : archive_{archive}, watch_{watch}, thread_{running_thread([this] { run(); })} {
    const auto locked = archive_.lock();
    watch_.leave_long_polls_to([this] { wake(); });
}

HandshakeThread::~HandshakeThread() {
    {
        const std::lock_guard lock{mutex_};
        stop_ = true;
    }
    woken_.notify_one();
    thread_.join();
    const auto locked = archive_.lock();
    watch_.leave_long_polls_to({});
}

void HandshakeThread::wake() {
    {
        const std::lock_guard lock{mutex_};
        wanted_ = true;
    }
    woken_.notify_one();
}

void HandshakeThread::run() {
    while (!stop_) {
        {
            std::unique_lock lock{mutex_};
            woken_.wait(lock, [this] { return wanted_ || stop_; });
            wanted_ = false;
        }
        while (!stop_ && poll_once()) {
        }
    }
}

/// Whether to poll once more.
bool HandshakeThread::poll_once() {
    HandshakePoll poll;
    try {
        HandshakePoller::Limits limits;
        limits.stop = &stop_;
        poll = watch_.poller().poll(limits);
        add_notes(poll);
        if (stop_) {
            watch_.poller().miss(poll.ended);  // not all are in the record
        }
    } catch (const std::bad_alloc&) {
        poll = {};
        poll.began = poll.ended = net::steady_now();
        watch_.poller().miss(poll.ended);
    }
    const auto locked = archive_.lock();
    return !stop_ && watch_.finish_poll(poll);
}

void HandshakeThread::add_notes(const HandshakePoll& poll) {
    in_slices(archive_, stop_, poll.notes,
              [](ArrivalRecord& record, const HandshakeNote& note) { note.add_to(record); });
    in_slices(archive_, stop_, poll.unseen, [&poll](ArrivalRecord& record, Port port) {
        record.note_unseen(Protocol::tcp, port, poll.ended);
    });
}

}  // namespace pt::server
