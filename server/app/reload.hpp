#pragma once

#include <string>
#include <vector>

#include "server/app/server.hpp"
#include "server/cli/options.hpp"

namespace pt::server {

/// Reads the configuration file again and gives the server the ports that it names now. `options`
/// are those of the start. Where the file has an error nothing changes; what else it changes takes
/// a restart. All of that is logged.
void reload(Server& server, const Options& options, const Settings& command_line);

/// The names of settings that differ and cannot be changed while the server runs. Pure.
std::vector<std::string> names_that_need_restart(const Options& present, const Options& read);

}  // namespace pt::server
