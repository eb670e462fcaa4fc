#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "client/probe/run_key.hpp"
#include "common/core/frame.hpp"
#include "common/core/inquiry.hpp"
#include "common/core/timing.hpp"

namespace pt::client {

/// The inquiries of one server as frames. Each has a sequence of its own, in their order from the
/// first one on; the request that opens a connection has the one behind them. Pure. Frames are made
/// with `key`, where there is one; what is read is known to be genuine.
class QueryFrames {
public:
    QueryFrames(std::uint64_t session, TimePoint began, std::uint32_t first_sequence,
                std::vector<Inquiry> inquiries, RunKey key = nullptr)
        : session_{session},
          began_{began},
          first_sequence_{first_sequence},
          inquiries_{std::move(inquiries)},
          key_{std::move(key)} {}

    std::size_t size() const { return inquiries_.size(); }
    bool has_sequence(std::uint32_t sequence) const { return sequence - first_sequence_ < size(); }

    /// Whatever answers it over TCP tells who it is, also one that does not know the session.
    std::vector<std::uint8_t> request(Port port, unsigned attempt, TimePoint now) const;
    /// The inquiry at that place.
    std::vector<std::uint8_t> query(std::size_t place, Protocol protocol, Port port,
                                    TimePoint now) const;

    struct Answered {
        std::size_t place;
        InquiryAnswer answer;
    };
    /// Of a frame of the session's; nothing where it is no answer to one of these.
    std::optional<Answered> read(const Frame& frame, std::span<const std::uint8_t> bytes) const;

private:
    Frame header(std::size_t place, Protocol protocol, Port port, TimePoint now) const;

    std::uint64_t session_;
    TimePoint began_;
    std::uint32_t first_sequence_;
    std::vector<Inquiry> inquiries_;
    RunKey key_;
};

}  // namespace pt::client
