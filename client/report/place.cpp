#include "client/report/place.hpp"

#include "common/core/safe_text.hpp"

namespace pt::client {

bool is_same_place(const Result& a, const Result& b) {
    return a.host_place == b.host_place && a.host == b.host &&
           a.endpoint.address == b.endpoint.address;
}

std::string place_text(const std::string& host, const IpAddress& address) {
    const bool says_more = !address.is_unspecified() && address.to_string() != host;
    return safe_text(host) + (says_more ? " (" + address.to_string() + ')' : "");
}

std::string place_text(const Result& result) {
    return place_text(result.host, result.endpoint.address);
}

}  // namespace pt::client
