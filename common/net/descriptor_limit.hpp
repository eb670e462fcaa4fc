#pragma once

#include <cstddef>

namespace pt::net {

/// Raises the soft limit of open descriptors to the hard one, which needs no privilege
/// (getrlimit(2)), and returns what is then allowed.
std::size_t raise_descriptor_limit();

}  // namespace pt::net
