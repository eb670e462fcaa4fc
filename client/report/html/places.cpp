#include "client/report/html/places.hpp"

#include "client/result/describe.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

bool same_place(const Result& a, const Result& b) {
    return a.host_place == b.host_place && a.host == b.host &&
           a.endpoint.address == b.endpoint.address;
}

std::string name_of(const Result& result) {
    const auto address = result.endpoint.address.to_string();
    const bool says_more = !is_unresolved(result) && address != result.host;
    return safe_text(result.host) + (says_more ? " (" + address + ')' : "");
}

}  // namespace

std::vector<Place> places_of(const ResultRefs& results) {
    std::vector<Place> places;
    for (const Result* result : results) {
        if (places.empty() || !same_place(*places.back().results.front(), *result)) {
            places.push_back({name_of(*result), {}});
        }
        places.back().results.push_back(result);
    }
    return places;
}

}  // namespace pt::client
