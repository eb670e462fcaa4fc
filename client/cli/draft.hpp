#pragma once

#include "client/cli/check_options.hpp"
#include "client/cli/wait_options.hpp"
#include "client/cli/watch_options.hpp"
#include "client/options/options.hpp"

namespace pt::client {

/// The options while they are being read.
struct Draft {
    Options options;
    bool v4 = false;
    bool v6 = false;
    CheckOptions check;  ///< but for what `options` has
    WaitOptions wait;    ///< likewise
    WatchOptions watch;  ///< likewise
    bool help = false;
    bool version = false;
};

}  // namespace pt::client
