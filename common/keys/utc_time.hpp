#pragma once

#include <optional>
#include <string_view>

#include "common/keys/key.hpp"

namespace pt {

/// A day ("2026-01-31", its beginning) or a moment ("2026-01-31T12:00:00Z") in UTC, from 1970 to
/// 9999 (RFC 3339). Nothing unless the word is just that and the day exists.
std::optional<WallTime> parse_utc(std::string_view word);

}  // namespace pt
