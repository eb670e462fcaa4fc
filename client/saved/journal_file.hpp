#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "client/cli/options.hpp"
#include "common/core/endpoint.hpp"
#include "common/core/inquiry.hpp"
#include "common/core/port_set.hpp"

namespace pt::client {

/// What pt-server's --journal-file tells (common/README.md has the format): the record of a
/// server that could not be asked over any port.
class JournalFile {
public:
    /// Trusts nothing: size, lines, texts and depth are bounded. A refusal is one printable line
    /// that names the file and the line in it; `name` is the file's.
    static std::variant<JournalFile, UsageError> read(std::istream& file, const std::string& name);
    /// The file that the options name; without --journal, one that knows nothing.
    static std::variant<JournalFile, UsageError> read(const Options& options);

    bool knows(std::uint64_t session) const { return accounts_.contains(session); }
    /// The server stalled for more than a second in that session's time.
    bool stalled(std::uint64_t session) const;
    /// The server's record of first segments (SYNs) is exact.
    bool is_exact() const { return exact_; }
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
    struct Account {
        std::vector<IpAddress> destinations;
        PortSet arrived;
        PortSet late;
        PortSet established;
        PortSet attempt;
        PortSet marked;
        PortSet reset;
        PortSet other;
        PortSet incomplete;
        PortSet deaf;
        PortSet beside;
        bool strays = false;
        bool stalled = false;
    };

    std::string read_header(const boost::json::object& object);
    std::string read_session(const boost::json::object& object);
    std::string read_line(std::string_view text, bool first);
    bool is_held(const Account& account, Protocol protocol, Port port) const;
    const Account* account(std::uint64_t session) const;

    bool exact_ = false;
    std::map<IpAddress, PortSet> held_;
    std::map<std::uint64_t, Account> accounts_;
};

}  // namespace pt::client
