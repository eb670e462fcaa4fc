#pragma once

#include "client/options/options.hpp"
#include "common/core/expected.hpp"

namespace pt::client {

/// Reads the file of --key, where one is given, and takes the first key in it that is valid now.
/// Only `open` is as expected then: any other answer is not pt-server's who has the key.
[[nodiscard]] Expected<void> choose_key(Options& options);

}  // namespace pt::client
