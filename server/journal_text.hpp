#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "server/shared_archive.hpp"

namespace pt::server {

/// A text never grows much beyond this: sessions that are forgotten first are left out.
inline constexpr std::size_t max_journal_text = std::size_t{16} << 20U;
/// So many ports of sessions are looked at for one text, some 20 ms. Of the sessions for which that
/// is not enough, it says that their records are incomplete.
inline constexpr std::size_t max_journal_visits = 400'000;

/// The whole journal as JSON lines, for a client that could ask over no port (pt-client --journal):
///
///     {"pt_journal": 2, "pt": VERSION, "instance": HEX, "written": RFC 3339,
///      "record": "exact" or "sampled", "held": {ADDRESS: SPEC...}}
///     {"session": HEX, "sources": [ADDRESS...], "destinations": [ADDRESS...], "first_ms_ago": N,
///      "last_ms_ago": N, "frames": N, "duplicates": N, "altered_padding": N, "reordered": N,
///      "stalled": BOOL, "arrived": SPEC, "established": SPEC, "attempt": SPEC, "reset": SPEC,
///      "other": SPEC, "incomplete": SPEC, "deaf": SPEC}
///
/// SPEC is what PortSet::to_string gives. `held` is by local address, an unspecified one for all of
/// its family. `destinations` are the addresses of the server that the session's frames came to;
/// `arrived` are the ports that they were aimed at, and the lists behind it those ports of
/// `destinations` whose record has that bit (PortRecord). When the session's scan began is taken
/// from its frames alone; what happened shortly before that, or well after its last one, is
/// `other`.
///
/// Locks the archive for one session at a time.
std::string journal_text(SharedArchive& archive, std::uint64_t instance,
                         std::chrono::system_clock::time_point written, TimePoint now);

}  // namespace pt::server
