#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "common/json/journal_document.hpp"
#include "server/journal/shared_archive.hpp"

namespace pt::server {

/// A text never grows much beyond this: sessions that are forgotten first are left out.
inline constexpr std::size_t max_journal_text = std::size_t{16} << 20U;
/// Nor does it have more sessions than this.
inline constexpr std::size_t max_journal_sessions = 1024;
/// So many entries of the archive are visited for the ports of all its sessions, each in less than
/// 100 ns. Of the sessions for which that is not enough, it says that their records are incomplete.
inline constexpr std::size_t max_journal_visits = 400'000;

/// Writes the whole journal as a document (common/json/journal_document.hpp), for a client that
/// could ask over no port. When a session's scan began is taken from its frames alone; what
/// happened shortly before that, or well after its last one, is `other`.
class JournalWriter {
public:
    /// Locks the archive for one session at a time, and not between calls.
    JournalWriter(SharedArchive& archive, std::uint64_t instance,
                  std::chrono::system_clock::time_point written, TimePoint now);

    /// Writes on until some more entries have been visited. False: the text is complete.
    bool advance(std::size_t visits);
    const std::string& text() const { return text_; }

private:
    struct Touched {
        Protocol protocol = Protocol::tcp;
        Port port{};
    };

    void find_touched(const Archive& archive);
    void add_ports(const Archive& archive, const Journal::Account& session,
                   const IpAddress& destination, JournalSession& line);
    std::string line(std::uint64_t session);

    SharedArchive& archive_;
    TimePoint now_;
    std::vector<Touched> touched_;  ///< ports on which anything happened in any session's time
    std::vector<std::uint64_t> sessions_;
    std::size_t next_session_ = 0;
    std::size_t visits_ = 0;       ///< so far, in all
    std::size_t port_visits_ = 0;  ///< of those, for the ports of sessions
    std::string text_;
};

/// The whole text at once.
std::string journal_text(SharedArchive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now);

}  // namespace pt::server
