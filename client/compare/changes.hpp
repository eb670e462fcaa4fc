#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/result/result.hpp"

/// What differs between two scans. Pure: results in, values out.
///
/// Results are matched by host as typed, address, protocol and port. A host that has one address in
/// each scan is matched although the address differs, as names move; `address_changes` tells so.
/// Round-trip times, numbers of attempts, hops and ephemeral ports are not compared.
namespace pt::client {

/// Verdicts fall into four classes: reachable (open, answered), blocked (filtered, rejected, cut,
/// intercepted, unreachable), refused (closed) and unknown (untested).
enum class ChangeKind {
    newly_open,      ///< from blocked or refused to reachable
    newly_blocked,   ///< from reachable or refused to blocked
    changed,         ///< any other difference; `remarks` say what it does not prove
    not_comparable,  ///< known in one scan only: untested in the other, or missing in a cut file
    only_before,     ///< the first scan alone has the port, and both have the host
    only_after,
    removed_host,  ///< the first scan alone has the host
    new_host
};

inline constexpr std::array all_change_kinds{ChangeKind::newly_open,   ChangeKind::newly_blocked,
                                             ChangeKind::changed,      ChangeKind::not_comparable,
                                             ChangeKind::only_before,  ChangeKind::only_after,
                                             ChangeKind::removed_host, ChangeKind::new_host};

/// "newly-open", "not-comparable": as programs read them.
std::string_view to_string(ChangeKind kind);

/// What one scan says of the ports of a change.
struct Side {
    IpAddress address;  ///< unspecified where the name could not be resolved
    Conclusion conclusion;
    /// `describe` without counts, which differ by chance. Printable ASCII.
    std::string words;

    friend bool operator==(const Side&, const Side&) = default;
};

/// Consecutive ports of one host, address and protocol that have the same before and after.
/// Of a host that one scan alone has, all of its ports in one: `first` and `last` mean nothing.
struct Change {
    ChangeKind kind = ChangeKind::changed;
    std::string host;  ///< as typed; a file may hold any bytes
    Protocol protocol = Protocol::tcp;
    Port first{};
    Port last{};
    std::optional<Side> before;
    std::optional<Side> after;
    /// Rewritten addresses (NAT), and what the difference does not prove. Printable ASCII.
    std::vector<std::string> remarks;
    std::size_t ports = 1;
    std::size_t reachable = 0;  ///< of a host that one scan alone has

    bool is_host() const {
        return kind == ChangeKind::removed_host || kind == ChangeKind::new_host;
    }
    /// Of the second scan, or of the first where the second has none.
    const IpAddress& address() const;
    /// Of the first scan, where both have one and they differ.
    std::optional<IpAddress> address_before() const;
};

struct AddressChange {
    std::string host;
    IpAddress before;
    IpAddress after;
};

/// Whose results are not all there, since the file has been cut.
struct CutScans {
    bool before = false;
    bool after = false;
};

struct Comparison {
    std::string before_name;  ///< of the file; "" where there is none
    std::string after_name;
    /// By host in order of appearance, then by address, protocol and port.
    std::vector<Change> changes;
    std::vector<AddressChange> address_changes;
    /// What holds for the whole scans or one address: a sentence each, printable ASCII.
    std::vector<std::string> remarks;
    CutScans cut;
    bool interrupted = false;          ///< the second scan, which was made for this
    std::size_t hosts = 0;             ///< in either scan
    std::size_t compared = 0;          ///< ports that are known in both scans
    std::size_t untested_in_both = 0;  ///< neither compared nor a change

    /// Ports in the changes of a kind; hosts, where the kind is one of hosts.
    std::size_t count(ChangeKind kind) const;
    /// Compared ports without a difference.
    std::size_t same() const;
};

/// Of several results for one endpoint in one scan, the last counts.
Comparison compare(const std::vector<Result>& before, const std::vector<Result>& after,
                   const CutScans& cut = {});

/// What the shell learns. An address of a host that changed is a fact and no difference.
enum class CompareExit : int {
    identical = 0,
    different = 1,
    not_comparable = 3  ///< nothing differs, but something, or all, could not be compared
};

CompareExit compare_exit(const Comparison& comparison);

}  // namespace pt::client
