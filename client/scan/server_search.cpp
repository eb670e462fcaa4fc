#include "client/scan/server_search.hpp"

#include <algorithm>

namespace pt::client {

ServerSearch::Next ServerSearch::replied(std::uint64_t instance) {
    if (instance == instance_) {
        found_ = true;
        return Next::ask;
    }
    if (std::find(known_.begin(), known_.end(), instance) == known_.end()) {
        strangers_.insert(instance);
        return miss();
    }
    // Several servers are asked at the same time. Each goes on in a pattern of its own, lest a
    // balancer that takes its backends in turn leads all connections to the other one.
    constexpr unsigned bits = 64;
    return (instance_ >> (turns_++ % bits) & 1U) != 0 ? once_more() : Next::wait;
}

/// A server that was started again is one other; more of them are backends of a balancer.
ServerSearch::Next ServerSearch::miss() {
    ++misses_;
    const bool lost = !found_ && misses_ >= misses_believed && strangers_.size() <= 1;
    return lost ? Next::lost : once_more();
}

ServerSearch::Next ServerSearch::once_more() {
    if (found_ || at_once_ == max_at_once) {
        return Next::wait;
    }
    ++at_once_;
    return Next::connect;
}

}  // namespace pt::client
