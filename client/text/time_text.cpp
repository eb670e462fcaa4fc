#include "client/text/time_text.hpp"

#include <ctime>

namespace pt::client {

std::string utc_text(std::chrono::system_clock::time_point time) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
    const std::time_t count = std::chrono::system_clock::to_time_t(seconds);
    std::tm parts{};
    std::string text(64, '\0');
    if (gmtime_r(&count, &parts) == nullptr) {
        return "1970-01-01T00:00:00Z";  // a clock beyond the year 2 billion
    }
    text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts));
    return text;
}

}  // namespace pt::client
