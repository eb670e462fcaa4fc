#include "server/serve/conversation.hpp"

#include <span>
#include <utility>

#include "common/net/clock.hpp"

namespace pt::server {
namespace {

/// The connection has delivered a frame: it is no trace any more.
void note_delivered(WorkerState& state, Conversation& conversation) {
    if (const auto accepted = std::exchange(conversation.noted, std::nullopt)) {
        state.responder.archive()->record().tcp().withdraw_established(
            conversation.local.port, conversation.source, *accepted, conversation.noted_before);
    }
}

/// Adds the echo of the frame that the reader has to the replies; false: the connection is to end.
bool answer_frame(WorkerState& state, Conversation& conversation, PacketInfo arrival,
                  TimePoint read) {
    const TimePoint now = net::steady_now();
    arrival.in_server += now - read;
    note_delivered(state, conversation);  // before a query on it is answered
    const auto answer = state.responder.answer_frame(conversation.reader.frame(),
                                                     conversation.reader.bytes(), arrival, now);
    if (!answer) {
        state.note_silence(arrival, answer.error());
        if (answer.error() != Silence::early_query) {
            return false;
        }
        conversation.heard = now;
        return true;
    }
    state.buffers.stream_replies.insert(state.buffers.stream_replies.end(), answer->begin(),
                                        answer->end());
    conversation.heard = now;
    state.note_answer(arrival, now);
    return true;
}

/// Answers each whole frame in what was read; false: the connection is to end.
bool answer_all(WorkerState& state, Conversation& conversation, std::span<const std::uint8_t> bytes,
                std::chrono::nanoseconds waited) {
    const TimePoint read = net::steady_now();
    const PacketInfo arrival{.protocol = Protocol::tcp,
                             .source = conversation.peer,
                             .destination = conversation.local,
                             .ttl = conversation.hops.ttl,
                             .tos = conversation.hops.tos,
                             .in_server = waited};
    while (!bytes.empty()) {
        bytes = bytes.subspan(conversation.reader.feed(bytes));
        switch (conversation.reader.next()) {
            case FrameReader::Status::need_more: break;
            case FrameReader::Status::frame:
                if (!answer_frame(state, conversation, arrival, read)) {
                    return false;
                }
                break;
            case FrameReader::Status::bad:
                state.note_silence(arrival, Silence::not_a_frame);
                return false;
        }
    }
    return true;
}

/// A call of ours failed, for no reason of the network's.
void note_failure(WorkerState& state, const Conversation& conversation) {
    state.responder.archive()->record().deaf().note_failure(Protocol::tcp, conversation.local,
                                                            net::steady_now());
}

/// Hands the kernel what it takes now, and keeps the rest.
Next send_replies(WorkerState& state, Conversation& conversation, int descriptor,
                  std::span<const std::uint8_t> bytes,
                  Afterwards afterwards = Afterwards::more_to_come) {
    if (bytes.empty()) {
        return Next::wait_readable;
    }
    const auto written = write_stream(descriptor, bytes, afterwards);
    if (written.status == StreamStatus::failed) {
        note_failure(state, conversation);
        return Next::end;
    }
    conversation.reset = written.status == StreamStatus::reset;
    if (conversation.reset || written.status == StreamStatus::ended) {
        return Next::end;
    }
    const auto rest = bytes.subspan(written.size);
    conversation.unsent = {rest.begin(), rest.end()};
    return rest.empty() ? Next::wait_readable : Next::wait_writable;
}

/// The last words to a peer that is no longer listened to.
Next send_and_end(WorkerState& state, Conversation& conversation, int descriptor,
                  std::span<const std::uint8_t> bytes) {
    const Next next = send_replies(state, conversation, descriptor, bytes, Afterwards::closed);
    return next == Next::wait_writable ? next : Next::end;
}

}  // namespace

Next exchange(WorkerState& state, Conversation& conversation, int descriptor) {
    constexpr int max_reads = 16;
    if (!conversation.unsent.empty()) {
        const auto unsent = std::exchange(conversation.unsent, {});
        const Next next = send_replies(state, conversation, descriptor, unsent);
        if (next != Next::wait_readable) {
            return next;
        }
    }
    state.buffers.stream_replies.clear();
    for (int reads = 0; reads < max_reads; ++reads) {
        const auto read = read_stream(descriptor, state.buffers.stream_chunk);
        switch (read.status) {
            case StreamStatus::would_block:
                return send_replies(state, conversation, descriptor, state.buffers.stream_replies);
            case StreamStatus::reset: conversation.reset = true; return Next::end;
            case StreamStatus::failed: note_failure(state, conversation); return Next::end;
            case StreamStatus::ended:
                return send_and_end(state, conversation, descriptor, state.buffers.stream_replies);
            case StreamStatus::moved: break;
        }
        const auto bytes = std::span{state.buffers.stream_chunk}.first(read.size);
        if (!answer_all(state, conversation, bytes, read.waited)) {
            send_replies(state, conversation, descriptor, state.buffers.stream_replies,
                         Afterwards::closed);
            return Next::end;
        }
    }
    return send_replies(state, conversation, descriptor, state.buffers.stream_replies);
}

void note_established(WorkerState& state, Conversation& conversation, TimePoint accepted) {
    const auto archive = state.responder.archive();
    conversation.noted_before = archive->record().tcp().note_established(
        conversation.local.port, conversation.source, accepted);
    conversation.noted = accepted;
}

void note_end(WorkerState& state, Conversation& conversation, TimePoint accepted) {
    if (!conversation.delivered() && !conversation.noted) {
        note_established(state, conversation, accepted);
    }
    if (conversation.reset) {
        state.responder.archive()->record().tcp().note_reset(conversation.local.port,
                                                             conversation.source, accepted);
    }
}

}  // namespace pt::server
