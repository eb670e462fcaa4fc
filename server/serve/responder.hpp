#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "common/core/expected.hpp"
#include "common/core/frame.hpp"
#include "common/keys/key_ring.hpp"
#include "server/journal/packet_info.hpp"
#include "server/journal/shared_archive.hpp"
#include "server/serve/silence.hpp"

namespace pt::server {

/// A whole frame to send back, or why there is none. The bytes are the responder's own, and good
/// until it is asked again.
using Answer = Expected<std::span<const std::uint8_t>, Silence>;

// Every request is longer than its reply, and so is a query than its answer: nothing amplifies.
static_assert(frame_header_size < min_request_size);

/// Decides what a frame is answered: a reply to a request, an answer to a query, or nothing and
/// why. No socket, no clock; what it remembers is in its archive.
class Responder {
public:
    /// `instance` tells this run of the server from others; `secret` is never told to anyone.
    Responder(std::uint64_t instance, std::uint64_t secret)
        : Responder{instance, std::make_shared<SharedArchive>(secret)} {}
    /// With an archive that others use too.
    Responder(std::uint64_t instance, std::shared_ptr<SharedArchive> archive)
        : instance_{instance}, archive_{std::move(archive)} {}

    /// From now on nothing is answered that was not made with one of these keys, and each answer is
    /// made with the key of what it answers. Without keys: what names none.
    void use_keys(KeyRing keys) { keys_ = std::move(keys); }
    /// Which keys are valid is known as of then.
    void set_wall_time(WallTime now) { keys_.set_time(now); }

    /// A datagram as it came, whatever it holds.
    Answer answer_datagram(std::span<const std::uint8_t> payload, const PacketInfo& arrival,
                           TimePoint now);

    /// A frame that has been delimited and decoded from a stream; `bytes` are all of it.
    Answer answer_frame(const Frame& frame, std::span<const std::uint8_t> bytes,
                        const PacketInfo& arrival, TimePoint now);

    /// Whether a session's first frame has been answered since this was last asked.
    bool take_new_session() { return std::exchange(new_session_, false); }

    /// Whether what was answered last was a query: no echo was sent.
    bool answered_query() const { return answered_query_; }

    SharedArchive::Locked archive() { return archive_->lock(); }

    std::uint64_t instance() const { return instance_; }

private:
    std::optional<Silence> judge_key(const Frame& frame, std::span<const std::uint8_t> bytes) const;
    Answer echo(const Frame& request, std::span<const std::uint8_t> bytes,
                const PacketInfo& arrival, TimePoint now);
    Answer consult(const Frame& query, std::span<const std::uint8_t> bytes,
                   const PacketInfo& arrival, TimePoint now);
    Answer signed_with(std::uint32_t key_id);
    Frame header_for(const Frame& frame, std::span<const std::uint8_t> bytes,
                     const PacketInfo& arrival) const;

    std::uint64_t instance_;
    std::shared_ptr<SharedArchive> archive_;
    KeyRing keys_;
    bool new_session_ = false;
    bool answered_query_ = false;
    std::vector<std::uint8_t> out_ = std::vector<std::uint8_t>(frame_header_size);
};

}  // namespace pt::server
