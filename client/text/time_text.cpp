#include "client/text/time_text.hpp"

#include <algorithm>
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

std::string local_text(std::chrono::system_clock::time_point time, const char* format) {
    const std::time_t count =
        std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(time));
    std::tm parts{};
    std::string text(16, '\0');
    if (localtime_r(&count, &parts) == nullptr) {
        return "?";  // a clock beyond the year 2 billion
    }
    text.resize(std::strftime(text.data(), text.size(), format, &parts));
    return text;
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

std::string clock_text(std::chrono::system_clock::time_point time) {
    return local_text(time, "%H:%M:%S") + milliseconds_of(time);
}

std::string date_text(std::chrono::system_clock::time_point time) {
    return local_text(time, "%Y-%m-%d");
}

std::string utc_text_ms(std::chrono::system_clock::time_point time) {
    constexpr int digits = 3;
    const auto second = std::chrono::floor<std::chrono::seconds>(time);
    const auto rest = std::chrono::floor<std::chrono::milliseconds>(time - second).count();
    std::string text = utc_text(time);
    text.pop_back();
    const auto fraction = std::to_string(rest);
    return text + '.' + std::string(digits - fraction.size(), '0') + fraction + 'Z';
}

std::optional<std::chrono::system_clock::time_point> parse_utc_text(std::string_view text) {
    constexpr std::string_view form = "0000-00-00T00:00:00.000Z";
    constexpr std::string_view short_form = "0000-00-00T00:00:00Z";
    const auto expected = text.size() == form.size() ? form : short_form;
    const auto matches = [](char got, char wanted) {
        return wanted == '0' ? got >= '0' && got <= '9' : got == wanted;
    };
    if (!std::equal(text.begin(), text.end(), expected.begin(), expected.end(), matches)) {
        return std::nullopt;
    }
    const auto number = [text](std::size_t begin, std::size_t length) {
        int value = 0;
        for (const char digit : text.substr(begin, length)) {
            value = value * 10 + (digit - '0');
        }
        return value;
    };
    const std::chrono::year_month_day day{std::chrono::year{number(0, 4)},
                                          std::chrono::month{static_cast<unsigned>(number(5, 2))},
                                          std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    constexpr int first_year = 1970;
    if (!day.ok() || number(0, 4) < first_year || number(11, 2) > 23 || number(14, 2) > 59 ||
        number(17, 2) > 60) {
        return std::nullopt;
    }
    return std::chrono::sys_days{day} + std::chrono::hours{number(11, 2)} +
           std::chrono::minutes{number(14, 2)} + std::chrono::seconds{number(17, 2)} +
           std::chrono::milliseconds{expected == form ? number(20, 3) : 0};
}

}  // namespace pt::client
