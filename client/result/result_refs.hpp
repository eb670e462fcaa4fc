#pragma once

#include <span>
#include <vector>

#include "client/result/result.hpp"

namespace pt::client {

/// Results where they are, in an order of their own: each is large, and there may be very many, so
/// that reports order and select pointers. The results must outlive it.
using ResultRefs = std::vector<const Result*>;

inline ResultRefs refs_to(std::span<const Result> results) {
    ResultRefs refs;
    refs.reserve(results.size());
    for (const Result& result : results) {
        refs.push_back(&result);
    }
    return refs;
}

}  // namespace pt::client
