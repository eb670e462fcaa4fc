#include "server/record/scan_time.hpp"

#include <algorithm>

namespace pt::server {

ScanTime scan_time(TimePoint not_before, TimePoint told) {
    const TimePoint latest = std::max(told, not_before);
    return {{not_before - arrival_inaccuracy, latest - arrival_inaccuracy}};
}

Whose whose(const TimeSpan& when, const ScanTime& scan) {
    if (when.latest < scan.began.earliest) {
        return Whose::nobodys;
    }
    const bool within = when.earliest >= scan.began.latest && when.latest <= scan.until;
    return within && !scan.shared ? Whose::scans : Whose::uncertain;
}

}  // namespace pt::server
