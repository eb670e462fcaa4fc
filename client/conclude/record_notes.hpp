#pragma once

#include <string>

#include "client/conclude/notes.hpp"

namespace pt::client {

/// Why the server record does not tell whether attempts on a port arrived, and what would make it
/// tell; "" where it does, or where pt-server was never asked.
std::string record_gap(Protocol protocol, const Basis& basis);

}  // namespace pt::client
