#include "common/core/port_spec_meant.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace pt {
namespace {

/// Of "80:30080/TCP" and "tcp/8080->80": the two ports, and what stands before and behind them.
struct Pair {
    std::string_view before;
    std::string_view first;
    std::string_view second;
    std::string_view behind;

    std::string with(std::string_view ports) const {
        return std::string{before}.append(ports).append(behind);
    }
};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Splits at `mark`; the parts are empty where no digits stand on both sides of it.
Pair split_pair(std::string_view text, std::string_view mark) {
    const auto at = text.find(mark);
    if (at == std::string_view::npos) {
        return {};
    }
    const auto left = text.substr(0, at);
    const auto right = text.substr(at + mark.size());
    const auto digits = static_cast<std::size_t>(
        std::find_if_not(left.rbegin(), left.rend(), is_digit) - left.rbegin());
    const auto end = static_cast<std::size_t>(
        std::find_if_not(right.begin(), right.end(), is_digit) - right.begin());
    if (digits == 0 || end == 0) {
        return {};
    }
    return {left.substr(0, left.size() - digits), left.substr(left.size() - digits),
            right.substr(0, end), right.substr(end)};
}

MeantByColon meant_by_pair(const Pair& pair, bool may_be_range, const AcceptsSpec& accepts) {
    const auto first = pair.with(pair.first);
    const auto second = pair.with(pair.second);
    if (pair.first.empty() || !accepts(first) || !accepts(second)) {
        return {};
    }
    const auto range = pair.with(std::string{pair.first}.append("-").append(pair.second));
    const auto either = "write one port, " + first + " or " + second;
    return {"holds two ports: " + either +
                (may_be_range && accepts(range) ? "; for all ports between them, " + range : ""),
            ""};
}

}  // namespace

MeantByColon meant_by_colon(std::string_view text, const AcceptsSpec& accepts) {
    constexpr std::size_t longest = 40;
    constexpr std::string_view arrow = "->";
    if (text.size() > longest) {
        return {};
    }
    if (text.find(arrow) != std::string_view::npos) {
        return meant_by_pair(split_pair(text, arrow), false, accepts);
    }
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) {
        return {};
    }
    std::string meant{text};
    meant[colon] = '/';
    if (accepts(meant)) {
        return {"holds a \":\": write " + meant, meant};
    }
    return meant_by_pair(split_pair(text, ":"), true, accepts);
}

std::vector<std::string> separate_specs(std::string_view text) {
    std::vector<std::string> specs;
    for (std::string_view rest = text; !rest.empty();) {
        const auto item = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(item.size() + 1, rest.size()));
        if (specs.empty() || item.find('/') != std::string_view::npos) {
            specs.emplace_back(item);
        } else {
            specs.back().append(",").append(item);
        }
    }
    const bool are_several =
        specs.size() > 1 && text.back() != ',' && specs.front().find('/') != std::string::npos;
    return are_several ? specs : std::vector<std::string>{};
}

bool is_like_url(std::string_view text) {
    return text.find_first_of("@?#=") != std::string_view::npos ||
           text.find("://") != std::string_view::npos;
}

}  // namespace pt
