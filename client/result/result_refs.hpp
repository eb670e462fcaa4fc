#pragma once

#include <vector>

#include "client/result/result.hpp"

namespace pt::client {

/// Pointers to results, in report order. Results are large, so that they are neither copied nor
/// moved; they must outlive the pointers.
using ResultRefs = std::vector<const Result*>;

inline ResultRefs refs_to(const std::vector<Result>& results) {
    ResultRefs refs;
    refs.reserve(results.size());
    for (const Result& result : results) {
        refs.push_back(&result);
    }
    return refs;
}
ResultRefs refs_to(std::vector<Result>&&) = delete;

}  // namespace pt::client
