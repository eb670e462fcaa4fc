#include "common/keys/utc_time.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>

namespace pt {
namespace {

/// As it must look: 0 stands for a digit.
constexpr std::string_view form{"0000-00-00T00:00:00Z"};
constexpr std::size_t day_size = 10;

bool has_form(std::string_view word) {
    if (word.size() != day_size && word.size() != form.size()) {
        return false;
    }
    for (std::size_t place = 0; place < word.size(); ++place) {
        const bool digit = word[place] >= '0' && word[place] <= '9';
        if (form[place] == '0' ? !digit : word[place] != form[place]) {
            return false;
        }
    }
    return true;
}

}  // namespace

std::optional<WallTime> parse_utc(std::string_view word) {
    if (!has_form(word)) {
        return std::nullopt;
    }
    const auto number = [word](std::size_t offset, std::size_t digits) {
        int value = 0;
        if (word.size() > offset) {
            std::from_chars(word.data() + offset, word.data() + offset + digits, value);
        }
        return value;
    };
    using namespace std::chrono;
    const year_month_day day{year{number(0, 4)}, month{static_cast<unsigned>(number(5, 2))},
                             std::chrono::day{static_cast<unsigned>(number(8, 2))}};
    const int hour = number(11, 2);
    const int minute = number(14, 2);
    const int second = number(17, 2);
    if (!day.ok() || day.year() < year{1970} || hour > 23 || minute > 59 || second > 59) {
        return std::nullopt;
    }
    return sys_days{day} + hours{hour} + minutes{minute} + seconds{second};
}

}  // namespace pt
