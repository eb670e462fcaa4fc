#pragma once

#include "common/options/program.hpp"

namespace pt {

/// How ports are written (common/core/port_spec.hpp), for the manual pages.
const Chapter& port_spec_chapter();

}  // namespace pt
