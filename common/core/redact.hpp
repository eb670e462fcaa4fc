#pragma once

#include <string>
#include <string_view>

namespace pt {

/// A word from a command line or a file as it may be shown: without what may be a password, a user
/// name or a token. URLs keep scheme, host and port (RFC 3986 section 3.2); what stands before an
/// "@", behind a path's "/", "?" or "#", or behind "password=" and the like becomes "...". Targets
/// of pt's own form (tcp://, udp://, any://) keep all but what stands before an "@" or behind "?"
/// and "#", and so do paths that begin with "/", "./" or "../". Other bytes stay as they are: make
/// the result safe for a terminal as well.
std::string redacted(std::string_view word);

}  // namespace pt
