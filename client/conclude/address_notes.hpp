#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "client/result/result.hpp"

namespace pt::client {

/// Collects what a scan says of its addresses as a whole: names with addresses that were not
/// tested, and targets that are this host itself. Pure: which addresses are this host's is an
/// argument.
///
///     notes.add_host(name, resolution.addresses, Tested::first);   // once for each name
///     notes.add_result(result);                                    // for each result
///     notes.text(net::local_destinations(notes.addresses(), interface));
class AddressNotes {
public:
    /// Which addresses of a name a scan tests.
    enum class Tested {
        first,       ///< the one that the resolver prefers
        all,         ///< with --all-addresses
        all_for_one  ///< pt-client wait: one that answers is enough
    };

    /// `found`: what the resolver said, in its order.
    void add_host(const std::string& host, const std::vector<IpAddress>& found, Tested tested);
    void add_result(const Result& result);

    /// Those that were probed, without loopback addresses: of these, everybody knows where they
    /// are.
    const std::set<IpAddress>& addresses() const { return addresses_; }

    /// One sentence each; few, however many hosts there are. `own` are those of `addresses` whose
    /// packets do not leave this host.
    std::vector<std::string> text(const std::set<IpAddress>& own) const;

private:
    std::vector<std::string> host_notes_;
    std::size_t more_hosts_ = 0;
    std::set<IpAddress> addresses_;
    /// Whose frames arrived at another address: translated on the way, maybe to another host.
    std::set<IpAddress> redirected_;
};

}  // namespace pt::client
