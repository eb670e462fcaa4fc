#pragma once

#include <cstdint>
#include <vector>

#include "common/core/frame_reader.hpp"
#include "server/ports/stream_io.hpp"
#include "server/serve/worker_state.hpp"

namespace pt::server {

/// What is to happen before a conversation goes on.
enum class Next { wait_readable, wait_writable, end };

/// Does all that can be done without waiting: reads, answers each whole frame, writes; within a
/// bound so that others have their turn. `end`: the peer has closed, the connection is broken, or
/// what came is not pt's; the descriptor is the caller's to close.
Next exchange(WorkerState& state, Conversation& conversation, int descriptor);

/// A connection that was accepted has not delivered a frame yet: that is recorded, and withdrawn as
/// soon as it has.
void note_established(WorkerState& state, Conversation& conversation, TimePoint accepted);
/// A connection is over. One that never delivered a frame, or was reset, is remembered.
void note_end(WorkerState& state, Conversation& conversation, TimePoint accepted);

}  // namespace pt::server
