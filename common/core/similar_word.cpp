#include "common/core/similar_word.hpp"

#include <algorithm>
#include <vector>

#include "common/core/safe_text.hpp"

namespace pt {
namespace {

/// No option, command or service has a longer name; what is much longer is no slip.
constexpr std::size_t max_length = 32;
/// Two words of one or two letters are always near to each other.
constexpr std::size_t min_length = 3;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_letter(char a, char b) { return lower(a) == lower(b); }

std::string_view only_beginning_with(std::string_view word,
                                     std::span<const std::string_view> known) {
    const auto begins = [&](std::string_view one) {
        return one.size() > word.size() &&
               std::equal(word.begin(), word.end(), one.begin(), same_letter);
    };
    const auto first = std::find_if(known.begin(), known.end(), begins);
    const bool is_only =
        first != known.end() && std::find_if(first + 1, known.end(), begins) == known.end();
    return is_only ? *first : std::string_view{};
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) {
        last[j] = j;
    }
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = same_letter(a[i - 1], b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
            if (i > 1 && j > 1 && same_letter(a[i - 1], b[j - 2]) &&
                same_letter(a[i - 2], b[j - 1])) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

std::string_view similar_word(std::string_view word, std::span<const std::string_view> known) {
    if (word.size() < min_length || word.size() > max_length) {
        return {};
    }
    constexpr std::size_t long_enough_for_two = 6;
    std::size_t nearest = word.size() < long_enough_for_two ? 2 : 3;  // one more than allowed
    std::string_view found;
    for (const auto one : known) {
        if (one.size() < min_length) {
            continue;
        }
        const auto distance = edit_distance(word, one);
        if (distance < nearest) {
            nearest = distance;
            found = one;
        }
    }
    return found.empty() ? only_beginning_with(word, known) : found == word ? "" : found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
    const auto found = similar_word(word, known);
    return found.empty() ? "" : "; did you mean " + quote_word(found) + "?";
}

}  // namespace pt
