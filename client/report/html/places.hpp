#pragma once

#include <string>
#include <vector>

#include "client/result/result_refs.hpp"

namespace pt::client {

/// All results of one host and address.
struct Place {
    /// "db.example (10.0.0.5)"; printable ASCII.
    std::string name;
    ResultRefs results;  ///< in report order; not empty
};

/// Results in report order, by host and address.
std::vector<Place> places_of(const ResultRefs& results);

}  // namespace pt::client
