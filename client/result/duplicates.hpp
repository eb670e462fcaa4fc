#pragma once

#include <cstddef>

namespace pt::client {

/// How often the network made two of one.
struct Duplicates {
    std::size_t requests = 0;
    std::size_t echoes = 0;
};

}  // namespace pt::client
