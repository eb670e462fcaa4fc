#pragma once

#include "common/options/program.hpp"

namespace pt::server {

/// What --help and the manual page of pt-server are made from.
const Program& program();

/// The same for the page of its configuration file.
const ConfigFile& config_file();

}  // namespace pt::server
