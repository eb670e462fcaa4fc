#include "client/text/time_text.hpp"

#include <ctime>

namespace pt::client {
namespace {

/// ".250".
std::string milliseconds_of(std::chrono::system_clock::time_point time) {
    const auto part = std::chrono::floor<std::chrono::milliseconds>(time) -
                      std::chrono::floor<std::chrono::seconds>(time);
    const std::string digits = std::to_string(part.count());
    return "." + std::string(3 - digits.size(), '0') + digits;
}

}  // namespace

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

std::string utc_milliseconds_text(std::chrono::system_clock::time_point time) {
    std::string text = utc_text(time);
    text.pop_back();
    return text + milliseconds_of(time) + 'Z';
}

std::string clock_text(std::chrono::system_clock::time_point time) {
    const std::time_t count =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
    std::tm parts{};
    std::string text(16, '\0');
    if (localtime_r(&count, &parts) == nullptr) {
        return "00:00:00.000";
    }
    text.resize(std::strftime(text.data(), text.size(), "%H:%M:%S", &parts));
    return text + milliseconds_of(time);
}

}  // namespace pt::client
