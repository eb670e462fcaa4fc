// Descriptors that are waited for outside of Asio's own set.
#include "common/net/epoll_set.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <functional>

#include "common/net/descriptor.hpp"

namespace pt::net {
namespace {

using namespace std::chrono_literals;
using Wait = EpollSet::Wait;

struct Counting : EpollSet::Watcher {
    void on_ready() override {
        ++ready;
        if (then) {
            then();
        }
    }
    int ready = 0;
    std::function<void()> then;
};

class EpollSetTest : public testing::Test {
protected:
    EpollSetTest() {
        std::array<int, 2> ends{};
        EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends.data()), 0);
        here_ = Descriptor{ends[0]};
        there_ = Descriptor{ends[1]};
    }
    void send_byte() const { EXPECT_EQ(write(there_.get(), "x", 1), 1); }
    void take_byte() const {
        char byte = 0;
        EXPECT_EQ(read(here_.get(), &byte, 1), 1);
    }

    boost::asio::io_context context_{1};
    EpollSet set_{context_};
    Descriptor here_;
    Descriptor there_;
    std::shared_ptr<Counting> watcher_ = std::make_shared<Counting>();
};

TEST_F(EpollSetTest, TellsForAsLongAsThereIsSomethingToRead) {
    EXPECT_FALSE(set_.add(here_.get(), Wait::readable, watcher_));
    context_.poll();
    EXPECT_EQ(watcher_->ready, 0);
    send_byte();
    context_.run_one();
    context_.run_one();
    EXPECT_EQ(watcher_->ready, 2);
    watcher_->then = [this] { take_byte(); };
    context_.poll();
    EXPECT_EQ(watcher_->ready, 3);
}

TEST_F(EpollSetTest, WaitsForWhatItWasChangedTo) {
    EXPECT_FALSE(set_.add(here_.get(), Wait::readable, watcher_));
    set_.change(here_.get(), Wait::writable);
    context_.run_one();
    EXPECT_EQ(watcher_->ready, 1);
    set_.change(here_.get(), Wait::readable);
    context_.poll();
    EXPECT_EQ(watcher_->ready, 1);
}

TEST_F(EpollSetTest, OfWhatIsRemovedClosedOrUnwatchedNothingIsTold) {
    send_byte();
    EXPECT_FALSE(set_.add(here_.get(), Wait::readable, watcher_));
    set_.remove(here_.get());
    context_.poll();
    EXPECT_EQ(watcher_->ready, 0);
    EXPECT_FALSE(set_.add(here_.get(), Wait::readable, watcher_)) << "it can be added again";
    here_ = {};
    context_.poll();
    EXPECT_EQ(watcher_->ready, 0);
    EXPECT_FALSE(set_.add(there_.get(), Wait::writable, std::make_shared<Counting>()));
    context_.run_one();
}

TEST_F(EpollSetTest, AWatcherMayCloseWhatItWatchesAndStopAll) {
    EXPECT_FALSE(set_.add(here_.get(), Wait::readable, watcher_));
    watcher_->then = [this] {
        here_ = {};
        set_.stop();
    };
    send_byte();
    context_.run();
    EXPECT_EQ(watcher_->ready, 1);
}

TEST_F(EpollSetTest, ADescriptorThatIsNoneIsRefused) {
    EXPECT_EQ(set_.add(there_.release() + 1000, Wait::readable, watcher_),
              std::errc::bad_file_descriptor);
}

}  // namespace
}  // namespace pt::net
