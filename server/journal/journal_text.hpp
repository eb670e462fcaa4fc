#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/json/journal_document.hpp"
#include "server/journal/shared_archive.hpp"

namespace pt::server {

/// A text never grows much beyond this: sessions that are forgotten first are left out.
inline constexpr std::size_t max_journal_text = std::size_t{16} << 20U;
/// Nor does it have more sessions than this.
inline constexpr std::size_t max_journal_sessions = 1024;
/// So many entries of the archive are visited for the ports of all its sessions, each in less than
/// a microsecond. Of the sessions for which that is not enough, it says that their records are
/// incomplete.
inline constexpr std::size_t max_journal_visits = 400'000;

/// Writes the whole journal as a document (common/json/journal_document.hpp), for a client that
/// could ask over no port. When a session's scan began is taken from its frames alone; what
/// happened shortly before that, or well after its last one, is `other`.
class JournalWriter {
public:
    /// Called often, while the archive is not locked. False: nothing more is to be written.
    using Pause = std::function<bool()>;

    JournalWriter(SharedArchive& archive, TimePoint now, Pause pause)
        : archive_{archive}, now_{now}, pause_{std::move(pause)} {}

    /// Locks the archive for some hundred entries at a time. Nothing: `pause` has returned false.
    std::optional<std::string> write(std::uint64_t instance,
                                     std::chrono::system_clock::time_point written);

private:
    struct Touched {
        Protocol protocol = Protocol::tcp;
        Port port{};
    };

    bool go_on() { return !stopped_ && !(stopped_ = !pause_()); }
    std::string head(std::uint64_t instance, std::chrono::system_clock::time_point written);
    void find_touched();
    bool add_ports(const Journal::Account& session, const IpAddress& destination,
                   JournalSession& line);
    static void add_port(const Archive& archive, const Journal::Account& session,
                         const IpAddress& destination, const ArrivalRecord::Scan& scan,
                         const Touched& touched, JournalSession& line);
    std::string line(std::uint64_t session);

    SharedArchive& archive_;
    TimePoint now_;
    Pause pause_;
    bool stopped_ = false;
    std::vector<Touched> touched_;  ///< ports on which anything happened in any session's time
    std::vector<std::uint64_t> sessions_;
    std::size_t visits_ = 0;  ///< for the ports of sessions
};

/// The same without pauses.
std::string journal_text(SharedArchive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now);

}  // namespace pt::server
