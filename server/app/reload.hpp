#pragma once

#include <string>
#include <vector>

#include "common/keys/key.hpp"
#include "server/app/server.hpp"
#include "server/cli/options.hpp"

namespace pt::server {

/// Reads the configuration file again and gives the server the ports that it names now. `options`
/// are those of the start. Where the file has an error nothing changes; what else it changes takes
/// a restart. All of that is logged.
void reload(Server& server, const Options& options, const Settings& command_line);

/// Logs how many keys the server answers by, and what will keep it from that.
void log_keys(const std::vector<Key>& keys, const Options& options);

/// Takes the keys of --keys again. Where they cannot be read, or the file is wrong, those of before
/// stay; that is logged.
void reload_keys(Server& server, const Options& options);

/// The names of settings that differ and cannot be changed while the server runs. Pure.
std::vector<std::string> names_that_need_restart(const Options& present, const Options& read);

}  // namespace pt::server
