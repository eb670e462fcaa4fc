#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

/// What was probably meant by words that are no port spec, but nearly one. Pure.
namespace pt {

/// Whether a word is a port spec.
using AcceptsSpec = std::function<bool(std::string_view)>;

/// The specs of "tcp/443,udp/53,123", where a "/" behind a comma begins another one. Nothing where
/// it is one, or the first names no protocol: "22,80/udp,tcp/53" may mean this or that.
std::vector<std::string> separate_specs(std::string_view text);

/// A URL, or a user's name at a host: no port spec holds such bytes. Its parts are not looked at,
/// since they may be secrets.
bool is_like_url(std::string_view text);

struct MeantByColon {
    std::string message;  ///< what follows the quoted word; "" where nothing can be told
    std::string spec;     ///< the one spec that was meant; "" where there are several
};

/// "tcp:443", and pairs of ports as other programs write them: "8000:8100" may be a range
/// (iptables) or a mapping (docker), "80:30080/TCP" (kubectl) and "8080->80/tcp" (docker ps) are
/// mappings.
MeantByColon meant_by_colon(std::string_view text, const AcceptsSpec& accepts);

}  // namespace pt
