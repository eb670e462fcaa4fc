#pragma once

#include <string>
#include <string_view>

#include "client/options/options.hpp"
#include "common/core/expected.hpp"

/// A host and its ports in one word, so that several hosts fit on one line, each with ports of its
/// own:
///
///     target = protocol "://" host ":" items | host ":" spec
///     host   = name | IPv4 address | "[" IPv6 address ["%" zone] "]"      (RFC 3986 section 3.2.2)
///
/// Protocol and items are those of a port spec (see common/core/port_spec.hpp): "tcp://db:5432",
/// "udp://[fd00::1]:53", "any://dns:domain", "tcp://web:80,8000-8100". Without a protocol in front,
/// what follows the host is a port spec of its own: "db:5432", "[fd00::1]:443,8443", "dns:53/udp".
/// An IPv6 address without brackets is an address, whatever its end looks like.
namespace pt::client {

/// Whether a word means to be a whole target, good or bad: it holds "://", as nothing else does, or
/// one ":" behind a host. "tcp:443" and "8000:8100" are no targets: they are taken for port specs.
bool is_whole_target(std::string_view word);

/// Reads one word. The host comes without brackets. An error names the word and the remedy.
Expected<WholeTarget> parse_whole_target(std::string_view word);

}  // namespace pt::client
