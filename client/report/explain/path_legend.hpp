#pragma once

#include <string>
#include <string_view>

#include "client/result/result.hpp"

/// Who is who in the diagram of a probe, as far as it is proven.
namespace pt::client {

/// The device between the two ends that is proven: "NAT", "device"; "" where none is.
std::string_view device_title(const Result& result);

/// "pt-server" where it proved that it is behind the address, else "target".
std::string_view server_title(const Result& result);

/// The lines below the diagram: the addresses of each end, what pt-server saw, and what the marks
/// '?' and 'x' stand for, where `drawing` has them.
std::string path_legend(const Result& result, std::string_view drawing);

}  // namespace pt::client
