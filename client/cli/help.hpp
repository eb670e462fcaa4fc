#pragma once

#include "common/options/program.hpp"

namespace pt::client {

/// What --help and the manual page of pt-client are made from.
const Program& program();

}  // namespace pt::client
