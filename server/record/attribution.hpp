#pragma once

namespace pt::server {

/// What arrived on a port in the time of a scan.
struct Attribution {
    bool ours = false;   ///< the scan's own, by source address and time
    bool other = false;  ///< may be the scan's or anybody else's
    friend bool operator==(const Attribution&, const Attribution&) = default;
};

}  // namespace pt::server
