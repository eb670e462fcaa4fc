#pragma once

namespace pt::net {

/// Opens /dev/null in the place of a standard stream that is closed. Otherwise the next socket
/// would get its number, and what is printed would go to a peer. To be called first of all.
void hold_standard_streams();

}  // namespace pt::net
