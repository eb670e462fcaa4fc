#pragma once

#include <string>
#include <string_view>

#include "common/core/port_spec.hpp"

/// Port specs as text, for tests of both what is read and what is refused.
namespace pt::test {

/// What the spec reads as, printed; or the error's position and message.
inline std::string read(std::string_view text, PortZero zero = PortZero::rejected) {
    const auto result = parse_port_spec(text, zero);
    return result ? result->to_string()
                  : '@' + std::to_string(result.error().position) + ' ' + result.error().message;
}

}  // namespace pt::test
