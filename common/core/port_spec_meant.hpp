#pragma once

#include <functional>
#include <string>
#include <string_view>

/// What was probably meant by words that are no port spec, but nearly one. Pure.
namespace pt {

/// Whether a word is a port spec.
using AcceptsSpec = std::function<bool(std::string_view)>;

/// "tcp/443,udp/53": the same as separate words, "tcp/443 udp/53"; "" where it is not that.
std::string meant_by_comma(std::string_view text, const AcceptsSpec& accepts);

struct MeantByColon {
    std::string message;  ///< what follows the quoted word; "" where nothing can be told
    std::string spec;     ///< the one spec that was meant; "" where there are several
};

/// "tcp:443", and pairs of ports as other programs write them: "8000:8100" may be a range
/// (iptables) or a mapping (docker), "80:30080/TCP" (kubectl) and "8080->80/tcp" (docker ps) are
/// mappings.
MeantByColon meant_by_colon(std::string_view text, const AcceptsSpec& accepts);

}  // namespace pt
