#pragma once

#include <string_view>

/// Which pt this is. The only source that changes with each commit: scripts/version.cmake writes it
/// at build time.
namespace pt {

/// "0.1.0", "0.1.0+git.abc1234"; a valid Debian version.
std::string_view version();

/// The short hash, or "unknown" where the source came without git.
std::string_view commit();

/// The day of the commit, "2026-01-31".
std::string_view source_date();

}  // namespace pt
