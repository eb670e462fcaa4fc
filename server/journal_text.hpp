#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "server/archive.hpp"

namespace pt::server {

/// A text never grows much beyond this: sessions that were not heard of for longest are left out.
inline constexpr std::size_t longest_journal_text = std::size_t{16} << 20U;

/// The whole journal as JSON lines, for a client that could ask over no port (pt-client --journal):
///
///     {"pt_journal": 1, "pt": VERSION, "instance": HEX, "written": RFC 3339, "held": SPEC}
///     {"session": HEX, "sources": [ADDRESS...], "first_ms_ago": N, "last_ms_ago": N,
///      "frames": N, "duplicates": N, "altered_padding": N, "reordered": N, "arrived": SPEC,
///      "handshakes_known": BOOL, "stalled": BOOL,
///      "connected": SPEC, "half_open": SPEC, "uncertain": SPEC, "earlier": SPEC}
///
/// SPEC is what PortSet::to_string gives. `connected` are TCP ports on which a connection from one
/// of the session's sources brought no frame, `half_open` those of handshakes not completed. When
/// the session's run began is taken from its frames; of what happened shortly before that, or well
/// after its last one, nobody knows whose it is: `uncertain`. `earlier` are ports on which a
/// half-open handshake from before that may have stood for a while. `stalled`: the server stood
/// still for more than a second meanwhile. Pure.
std::string journal_text(const Archive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now);

}  // namespace pt::server
