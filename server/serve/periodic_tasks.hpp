#pragma once

#include <memory>

#include "server/bpf/steering_keeper.hpp"
#include "server/journal/handshake_thread.hpp"
#include "server/journal/journal_file.hpp"
#include "server/journal/shared_archive.hpp"

namespace pt::server {

/// What has to be done every now and then for the whole server; one of its threads does it.
struct PeriodicTasks {
    std::shared_ptr<SharedArchive> archive;
    std::unique_ptr<SteeringKeeper> steering;   ///< of all ports; nothing where none is steered
    std::unique_ptr<JournalFile> journal_file;  ///< nothing where none is wanted
    /// Where polls of half-open handshakes may take long; nothing where there are none.
    std::unique_ptr<HandshakeThread> handshakes;

    void turn(TimePoint now) {
        if (steering) {
            steering->refresh(now);
        }
        archive->lock()->poll(HalfOpenSource::Reason::routine, now);
        if (journal_file) {
            journal_file->update(now);
        }
    }
    /// What is half open by now is not the new session's, or has just come.
    void note_new_session(TimePoint now) {
        archive->lock()->poll(HalfOpenSource::Reason::new_session, now);
    }
    void finish(TimePoint now) {
        handshakes.reset();
        if (journal_file) {
            archive->lock()->poll(HalfOpenSource::Reason::query, now);
            journal_file->finish(now);
        }
    }
};

}  // namespace pt::server
