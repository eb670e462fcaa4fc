#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/expected.hpp"
#include "common/core/inquiry.hpp"
#include "common/core/port_set.hpp"

/// The journal as JSON lines: pt-server --journal-file writes it, pt-client --journal reads it. The
/// first line is the header, each further one a session; common/README.md has the format.
namespace pt {

struct JournalHeader {
    std::string pt_version;
    std::uint64_t instance = 0;
    std::string written;  ///< RFC 3339, UTC
    bool exact = false;   ///< the record; else it is sampled
    /// By local address; an unspecified one stands for all of its family.
    std::map<IpAddress, PortSet> held;
};

/// Ports are those of `destinations`, but for `arrived` and `late`: to which frames were sent,
/// wherever they arrived.
struct JournalSession {
    std::uint64_t session = 0;
    std::vector<IpAddress> sources;       ///< of the client
    std::vector<IpAddress> destinations;  ///< of the server, that the session's frames came to
    std::int64_t first_ms_ago = 0;        ///< its first sign of life, before the file was written
    std::int64_t last_ms_ago = 0;
    SessionCounters counters;  ///< the first four of them
    bool stalled = false;      ///< the server, in the session's time
    bool strays = false;  ///< SYNs, whoever sent them, came to other ports than their marks say
    PortSet arrived{};
    PortSet late{};  ///< of these: all frames were
    // Ports whose record has that bit (PortRecord).
    PortSet established{};
    PortSet attempt{};
    PortSet marked{};
    PortSet reset{};
    PortSet other{};
    PortSet incomplete{};
    PortSet deaf{};
    PortSet beside{};  ///< TCP, with frames of the session and unfinished attempts of its sources
};

/// With a line feed at the end.
std::string to_json_line(const JournalHeader& header);
std::string to_json_line(const JournalSession& session);

/// What is wrong with a line: a phrase.
struct BadLine {
    std::string reason;
};

/// Trusts nothing: depth, texts and numbers of values are bounded. Unknown keys are ignored.
Expected<JournalHeader, BadLine> parse_journal_header(std::string_view line);
Expected<JournalSession, BadLine> parse_journal_session(std::string_view line);

}  // namespace pt
