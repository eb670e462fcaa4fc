#include "server/app/known_keys.hpp"

#include <algorithm>
#include <cstddef>
#include <fstream>

#include "common/core/safe_text.hpp"
#include "common/keys/key_file.hpp"
#include "common/net/clock.hpp"
#include "common/net/log.hpp"

namespace pt::server {
namespace {

using net::field;
using net::LogKey;
using net::LogLevel;

}  // namespace

void log_keys(const std::vector<Key>& keys, const Options& options) {
    const auto now = net::wall_time();
    const auto valid = static_cast<std::size_t>(std::count_if(
        keys.begin(), keys.end(), [now](const Key& key) { return key.valid_at(now); }));
    net::log(LogLevel::info, "answers only clients that have one of its valid keys: {count}",
             field<LogKey::count>(valid));
    if (valid == 0) {
        net::log(LogLevel::warn, "no key in \"{path}\" is valid now: nobody is answered",
                 field<LogKey::path>(safe_word(*options.keys_file)));
    }
    if (!std::ifstream{*options.keys_file}) {
        net::log(LogLevel::warn,
                 "\"{path}\" cannot be read any more by the user that pt-server runs as: after a "
                 "change of keys start it again",
                 field<LogKey::path>(safe_word(*options.keys_file)));
    }
}

void reload_keys(Server& server, const Options& options) {
    const auto keys = read_keys(*options.keys_file, "--keys");
    if (!keys) {
        net::log(LogLevel::error, "SIGHUP: the keys are unchanged: {error}",
                 field<LogKey::error>(keys.error().message));
        return;
    }
    server.use_keys(*keys);
    net::log(LogLevel::info, "SIGHUP: read \"{path}\" again",
             field<LogKey::path>(safe_word(*options.keys_file)));
    log_keys(*keys, options);
}

}  // namespace pt::server
