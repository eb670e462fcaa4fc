#pragma once

#include "common/keys/key.hpp"

namespace pt::test {

/// The key of the test vectors in common/README.md: bytes 1 to 32.
inline Key sample_key() {
    Secret::Bytes bytes{};
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        bytes[place] = static_cast<std::uint8_t>(place + 1);
    }
    return make_key(Secret{bytes});
}

}  // namespace pt::test
