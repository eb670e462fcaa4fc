#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "client/journal.hpp"
#include "client/options.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {

/// What pt-server's --journal-file tells (server/journal_text.hpp has the format): the word of a
/// server that could not be asked over any port.
class JournalFile {
public:
    /// What it holds of one session.
    struct Account {
        std::vector<IpAddress> sources;  ///< that its frames came from
        PortSet arrived;
        PortSet connected;
        PortSet half_open;
        PortSet uncertain;
        PortSet earlier;
        bool handshakes_known = false;
        bool stalled = false;
    };

    /// Trusts nothing: size, lines, texts and depth are bounded. A refusal is one printable line
    /// that names the file and the line in it; `name` is the file's.
    static std::variant<JournalFile, UsageError> read(std::istream& file, const std::string& name);
    /// The file that the options name; without --journal, one that knows nothing.
    static std::variant<JournalFile, UsageError> read(const Options& options);

    bool knows(std::uint64_t session) const { return accounts_.contains(session); }
    /// The server stood still for more than a second in that session's time.
    bool stalled(std::uint64_t session) const;
    /// What it tells of a port that a known session tried from `local`. Handshakes are told only
    /// where the server saw frames come from that very address: behind a NAT, whose are they?
    ArrivalRecords::Found find(std::uint64_t session, Protocol protocol, Port port,
                               const std::optional<IpAddress>& local) const;

private:
    std::string take_line(std::string_view text, bool first);

    PortSet held_;
    std::map<std::uint64_t, Account> accounts_;
};

}  // namespace pt::client
