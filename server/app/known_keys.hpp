#pragma once

#include <vector>

#include "common/keys/key.hpp"
#include "server/app/server.hpp"
#include "server/cli/options.hpp"

/// The keys of --keys while the server runs.
namespace pt::server {

/// Logs how many keys the server answers by, and what will keep it from that.
void log_keys(const std::vector<Key>& keys, const Options& options);

/// Takes the keys of --keys again. Where they cannot be read, or the file is wrong, those of before
/// stay; that is logged.
void reload_keys(Server& server, const Options& options);

}  // namespace pt::server
