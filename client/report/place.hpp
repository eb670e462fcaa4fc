#pragma once

#include <string>

#include "client/result/result.hpp"

namespace pt::client {

/// Of the same host and address: they stand under the same heading.
bool is_same_place(const Result& a, const Result& b);

/// That heading: "db.example (10.0.0.5)", "10.0.0.5"; printable ASCII.
std::string place_text(const std::string& host, const IpAddress& address);
std::string place_text(const Result& result);

}  // namespace pt::client
