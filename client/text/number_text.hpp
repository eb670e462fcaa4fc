#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "common/core/timing.hpp"

/// Numbers as people read them; independent of the locale.
namespace pt::client {

/// "65,535".
std::string grouped_number(std::size_t number);

/// "1 port", "65,535 ports".
std::string counted(std::size_t number, const std::string& noun);

/// With a fixed number of digits behind the point: "0.312".
std::string decimal(double number, int digits);

/// "0.312 ms", "35.1 ms", "1.20 s": about three digits that count.
std::string duration_text(Nanoseconds duration);

/// Nanoseconds as milliseconds, as seconds.
double milliseconds(Nanoseconds duration);
double seconds(Nanoseconds duration);

}  // namespace pt::client
