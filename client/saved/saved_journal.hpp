#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <string_view>

#include "client/options/options.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/expected.hpp"
#include "common/core/inquiry.hpp"
#include "common/core/port_set.hpp"
#include "common/json/journal_document.hpp"

namespace pt::client {

/// A journal from a file (--journal): the record of a server that could not be asked over any port.
class SavedJournal {
public:
    /// Trusts nothing: size, lines, texts and depth are bounded. A refusal is one printable line
    /// that names the file and the line in it; `name` is the file's.
    static Expected<SavedJournal> read(std::istream& file, const std::string& name);
    /// The file that the options name; without --journal, one that knows nothing.
    static Expected<SavedJournal> read(const Options& options);

    bool knows(std::uint64_t session) const { return sessions_.contains(session); }
    /// The server stalled for more than a second in that session's time.
    bool stalled(std::uint64_t session) const;
    /// The server's record of first segments (SYNs) is exact.
    bool is_exact() const { return header_.exact; }
    /// The record of a port in a session; of a session that is not known, that it is incomplete.
    PortRecord find(std::uint64_t session, Protocol protocol, Port port) const;
    /// Whether all frames of the session came to this address of the server.
    bool came_to(std::uint64_t session, const IpAddress& address) const;
    /// TCP ports on which attempts or connections of the session's left a trace, but no frame, and
    /// no marks that tell to which port they were sent.
    PortSet without_frame(std::uint64_t session) const;
    /// Whether TCP attempts may have arrived at other ports than they were sent to (DNAT): by their
    /// marks; or since, where frames of the session's arrived, something else of its sources did.
    bool may_have_strays(std::uint64_t session) const;

private:
    std::string read_line(std::string_view text, bool first);
    bool is_held(const JournalSession& session, Protocol protocol, Port port) const;
    const JournalSession* find(std::uint64_t session) const;

    JournalHeader header_;
    std::map<std::uint64_t, JournalSession> sessions_;
};

}  // namespace pt::client
