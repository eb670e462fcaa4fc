#pragma once

#include <string_view>

namespace pt::client {

/// What a service does, in a few plain words, for those that people meet daily: "sends e-mail
/// between servers" for "smtp". The name is IANA's, as `service_name` gives it; "" for others.
std::string_view service_purpose(std::string_view name);

}  // namespace pt::client
