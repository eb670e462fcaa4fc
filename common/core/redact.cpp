#include "common/core/redact.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace pt {
namespace {

constexpr std::string_view separator = "://";
constexpr std::string_view dots = "...";

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_one_of(std::string_view word, const auto& all) {
    return std::any_of(all.begin(), all.end(), [&](std::string_view one) {
        return std::equal(word.begin(), word.end(), one.begin(), one.end(),
                          [](char a, char b) { return lower(a) == b; });
    });
}

/// Of "Server=db;Password=x" as of "host=db password = x": where the value behind the first such
/// name begins, or npos.
std::size_t secret_value(std::string_view text) {
    constexpr std::array<std::string_view, 10> names{"password", "passwd", "pwd",    "pass",
                                                     "secret",   "token",  "apikey", "username",
                                                     "userid",   "user"};
    constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (auto equals = text.find('='); equals != text.npos; equals = text.find('=', equals + 1)) {
        const auto last = text.substr(0, equals).find_last_not_of(' ');
        if (last == text.npos) {
            continue;
        }
        const auto before = text.substr(0, last + 1).find_last_not_of(letters);
        const auto first = before == text.npos ? 0 : before + 1;
        if (is_one_of(text.substr(first, last + 1 - first), names)) {
            return equals + 1;
        }
    }
    return text.npos;
}

/// "https://" of "https://db"; "" where what stands before is no scheme (RFC 3986 section 3.1; with
/// ':' for "jdbc:postgresql").
std::string_view scheme_of(std::string_view text) {
    constexpr std::string_view bytes =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.:";
    const auto end = text.find(separator);
    if (end == text.npos || text.substr(0, end).find_first_not_of(bytes) != text.npos) {
        return {};
    }
    return text.substr(0, end + separator.size());
}

bool is_own_scheme(std::string_view scheme) {
    constexpr std::array<std::string_view, 3> own{"tcp://", "udp://", "any://"};
    return is_one_of(scheme, own);
}

/// A URL that lost its end may have a password where a port should stand: "redis://app:secret".
std::string_view without_odd_port(std::string_view place) {
    const auto colon = place.rfind(':');
    const bool is_odd = colon != place.npos && place.back() != ']' &&
                        place.find_first_not_of("0123456789", colon + 1) != place.npos;
    return is_odd ? place.substr(0, colon + 1) : place;
}

/// "/etc/pt@1.conf" is a file.
bool is_path(std::string_view word) {
    return word.find(separator) == word.npos &&
           ((word.starts_with('/') && !word.starts_with("//")) || word.starts_with("./") ||
            word.starts_with("../"));
}

}  // namespace

std::string redacted(std::string_view word) {
    if (is_path(word)) {
        return std::string{word};
    }
    const auto at = word.rfind('@');
    const auto scheme = scheme_of(word.substr(0, at));
    const auto value = secret_value(word);
    if (value != word.npos) {
        if (at != word.npos && value <= at) {
            return std::string{scheme}.append(dots);
        }
        return redacted(word.substr(0, value - 1)) + '=' + std::string{dots};
    }
    std::string shown{scheme};
    std::string_view rest = word.substr(scheme.size());
    if (at != word.npos) {
        shown += dots;
        rest = word.substr(at);
    }
    const bool is_url = !scheme.empty() && !is_own_scheme(scheme);
    const auto end = rest.find_first_of(is_url || at != word.npos ? "/?#" : "?#");
    const std::string_view place = rest.substr(0, end);
    const std::string_view certain = is_url ? without_odd_port(place) : place;
    shown.append(certain);
    if (certain != place) {
        shown += dots;
    } else if (end != rest.npos) {
        shown += rest[end];
        shown.append(end + 1 < rest.size() ? dots : "");
    }
    return shown;
}

}  // namespace pt
