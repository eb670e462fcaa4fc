#include "client/text/number_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <string_view>

namespace pt::client {

std::string grouped_number(std::size_t number) {
    auto text = std::to_string(number);
    constexpr std::size_t group = 3;
    for (std::size_t at = text.size(); at > group; at -= group) {
        text.insert(at - group, ",");
    }
    return text;
}

std::string counted(std::size_t number, const std::string& noun) {
    return grouped_number(number) + ' ' + noun + (number == 1 ? "" : "s");
}

std::string decimal(double number, int digits) {
    std::array<char, 400> text{};  // the largest double has 309 digits before the point
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number,
                                            std::chars_format::fixed, digits);
    return error == std::errc{} ? std::string{text.data(), end} : "?";
}

double milliseconds(Nanoseconds duration) {
    return std::chrono::duration<double, std::milli>(duration).count();
}

std::string duration_text(Nanoseconds duration) {
    const double ms = milliseconds(duration);
    constexpr double ten = 10;
    constexpr double hundred = 100;
    constexpr double second = 1000;
    if (ms < ten) {
        return decimal(ms, ms < 1 ? 3 : 2) + " ms";
    }
    if (ms < second) {
        return decimal(ms, ms < hundred ? 1 : 0) + " ms";
    }
    return decimal(ms / second, 2) + " s";
}

double seconds(Nanoseconds duration) { return std::chrono::duration<double>(duration).count(); }

}  // namespace pt::client
