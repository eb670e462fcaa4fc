#include "client/conclude/address_notes.hpp"

#include <algorithm>
#include <iterator>

#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"
#include "common/net/resolution.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_host_notes = 4;
constexpr std::size_t max_own_notes = 4;
constexpr std::size_t max_addresses_shown = 4;

/// "192.0.2.1, 192.0.2.2 and 3 more".
std::string address_list(std::vector<IpAddress>::const_iterator first,
                         std::vector<IpAddress>::const_iterator last) {
    std::string text;
    std::size_t shown = 0;
    for (; first != last && shown < max_addresses_shown; ++first, ++shown) {
        text += (text.empty() ? "" : ", ") + first->to_string();
    }
    const auto more = static_cast<std::size_t>(last - first);
    return more == 0 ? text : text + " and " + std::to_string(more) + " more";
}

std::string host_note(const std::string& host, const std::vector<IpAddress>& found,
                      AddressNotes::Tested tested) {
    const auto first = found.front().to_string();
    const auto begin = safe_text(host, 64) + " has " + std::to_string(found.size()) + " addresses" +
                       (found.size() == net::max_addresses ? " or more" : "");
    return tested == AddressNotes::Tested::first
               ? begin + ", and only " + first + " was tested: --all-addresses also tests " +
                     address_list(found.begin() + 1, found.end()) +
                     ", and pt-client wait accepts any of them"
               : begin +
                     ": pt-client wait tests all of them and accepts the best result; a scan tests "
                     "only " +
                     first + ", unless --all-addresses is given";
}

}  // namespace

void AddressNotes::add_host(const std::string& host, const std::vector<IpAddress>& found,
                            Tested tested) {
    if (found.size() < 2 || tested == Tested::all) {
        return;
    }
    if (host_notes_.size() < max_host_notes) {
        host_notes_.push_back(host_note(host, found, tested));
    } else {
        ++more_hosts_;
    }
}

void AddressNotes::add_result(const Result& result) {
    const IpAddress& address = result.endpoint.address;
    if (address.is_unspecified() || address.is_loopback()) {
        return;
    }
    addresses_.insert(address);
    if (result.seen && result.seen->destination.address.bytes() != address.bytes()) {
        redirected_.insert(address);
    }
}

std::vector<std::string> AddressNotes::text(const std::set<IpAddress>& own) const {
    auto notes = host_notes_;
    if (more_hosts_ > 0) {
        notes.push_back(counted(more_hosts_, "more host") +
                        " of several addresses: the same holds for them");
    }
    std::vector<IpAddress> here;
    std::copy_if(own.begin(), own.end(), std::back_inserter(here), [this](const auto& address) {
        return addresses_.contains(address) && !redirected_.contains(address);
    });
    for (std::size_t i = 0; i < std::min(here.size(), max_own_notes); ++i) {
        notes.push_back(here[i].to_string() +
                        " is an address of this host: no network was crossed, unless NAT rules of "
                        "this host redirect it");
    }
    if (here.size() > max_own_notes) {
        notes.push_back(std::to_string(here.size() - max_own_notes) +
                        " more of the addresses are of this host: the same holds for them");
    }
    return notes;
}

}  // namespace pt::client
