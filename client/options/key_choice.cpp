#include "client/options/key_choice.hpp"

#include "common/core/safe_text.hpp"
#include "common/keys/key_file.hpp"
#include "common/keys/key_ring.hpp"
#include "common/net/clock.hpp"

namespace pt::client {

Expected<void> choose_key(Options& options) {
    if (!options.key_file) {
        return {};
    }
    const auto keys = read_keys(*options.key_file, "--key");
    if (!keys) {
        return keys.error();
    }
    const Key* const valid = first_valid(*keys, net::wall_time());
    if (valid == nullptr) {
        return UsageError{"--key " + quote_word(*options.key_file) +
                          ": none of its keys is valid today (from=, until=)"};
    }
    options.key = *valid;
    options.require = Requirement::echo;  // who has a key wants to know that it is the one
    return {};
}

}  // namespace pt::client
