#include "client/report/html/places.hpp"

#include "client/report/place.hpp"

namespace pt::client {

std::vector<Place> places_of(const ResultRefs& results) {
    std::vector<Place> places;
    for (const Result* result : results) {
        if (places.empty() || !is_same_place(*places.back().results.front(), *result)) {
            places.push_back({place_text(*result), {}});
        }
        places.back().results.push_back(result);
    }
    return places;
}

}  // namespace pt::client
