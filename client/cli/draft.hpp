#pragma once

#include <optional>

#include "client/cli/check_options.hpp"
#include "client/cli/options.hpp"

namespace pt::client {

/// The options while they are being read.
struct Draft {
    Options options;
    bool v4 = false;
    bool v6 = false;
    bool all_addresses = false;
    bool explain = false;
    bool no_journal = false;
    bool list = false;
    std::optional<Requirement> wait_for;
    CheckOptions check;  ///< but for what `options` has
    bool help = false;
    bool version = false;
};

}  // namespace pt::client
