#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/net/resolution.hpp"

/// The word that names a host on the command line, before anything is looked up.
namespace pt::client {

/// Why a word cannot be a host, as one line that says what was probably meant; "" where it can.
std::string host_complaint(std::string_view word);

/// The family of a numeric address, with or without brackets and zone; nothing for a name.
std::optional<net::AddressFamily> literal_family(std::string_view host);

}  // namespace pt::client
