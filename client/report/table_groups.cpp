#include "client/report/table_groups.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

#include "client/report/exit_code.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

/// A NAT gives each probe another port; "the server saw 203.0.113.9:40001" is the same news as
/// "... 203.0.113.9:40002".
std::string without_port(const std::string& note) {
    const auto end = note.find_last_not_of("0123456789");
    const bool has_port = end != std::string::npos && end + 1 < note.size() && note[end] == ':';
    return has_port ? note.substr(0, end) : note;
}

/// "some attempts were lost": chance alone makes the counts differ from port to port.
std::string without_counts(const std::string& note) {
    constexpr std::string_view digits = "0123456789,";
    constexpr std::string_view of = " of ";
    constexpr std::string_view attempts[] = {" attempts", " attempt"};
    const auto end = note.find_first_not_of(digits);
    if (end == 0 || end == std::string::npos || note.compare(end, of.size(), of) != 0) {
        return note;
    }
    const auto word = note.find_first_not_of(digits, end + of.size());
    for (const auto attempt : attempts) {
        if (word != std::string::npos && note.compare(word, attempt.size(), attempt) == 0) {
            return "some attempts" + note.substr(word + attempt.size());
        }
    }
    return note;
}

std::vector<std::string> gists(const std::vector<std::string>& notes) {
    std::vector<std::string> gists;
    gists.reserve(notes.size());
    for (const auto& note : notes) {
        gists.push_back(without_counts(without_port(note)));
    }
    return gists;
}

/// Splits behind each comma, and at blanks, which belong to neither side.
std::vector<std::string> items_of(const std::string& spec) {
    std::vector<std::string> items{""};
    for (const char character : spec) {
        if (character == ' ') {
            items.emplace_back();
            continue;
        }
        items.back() += character;
        if (character == ',') {
            items.emplace_back();
        }
    }
    return items;
}

}  // namespace

PortSet ResultGroup::ports() const {
    PortSet set;
    for (const auto* member : members) {
        set.insert(member->endpoint.protocol, member->endpoint.port);
    }
    return set;
}

std::string rtt_span_text(const ResultRefs& results) {
    std::optional<Nanoseconds> least;
    Nanoseconds most{};
    for (const Result* result : results) {
        if (result->rtt.samples() > 0) {
            least = std::min(least.value_or(result->rtt.min()), result->rtt.min());
            most = std::max(most, result->rtt.max());
        }
    }
    if (!least) {
        return "";
    }
    const auto first = duration_text(*least);
    const auto last = duration_text(most);
    return first == last ? first : first + " to " + last;
}

std::vector<ResultGroup> group_results(const ResultRefs& results) {
    using Key = std::tuple<Verdict, std::string, std::vector<std::string>>;
    std::map<Key, ResultRefs> by_key;
    Tally tally;
    for (const Result* result : results) {
        const Verdict verdict = result->conclusion.verdict;
        tally.add(verdict);
        by_key[{verdict, describe(*result), gists(result->notes)}].push_back(result);
    }
    std::vector<ResultGroup> groups;
    groups.reserve(by_key.size());
    for (auto& [key, members] : by_key) {
        groups.push_back({std::move(members), std::get<1>(key), std::get<2>(key)});
    }
    std::stable_sort(groups.begin(), groups.end(), [&](const auto& a, const auto& b) {
        return std::tuple{tally.count(a.verdict()), a.verdict(), a.members.size()} <
               std::tuple{tally.count(b.verdict()), b.verdict(), b.members.size()};
    });
    return groups;
}

std::vector<std::string> wrapped(const std::string& spec, std::size_t width,
                                 std::size_t max_lines) {
    std::vector<std::string> lines{""};
    for (const auto& item : items_of(spec)) {
        std::string& line = lines.back();
        const bool new_word = !line.empty() && line.back() != ',';
        const std::size_t blank = new_word ? 1 : 0;
        if (!line.empty() && line.size() + blank + item.size() > width) {
            lines.push_back(item);
        } else {
            line.append(blank, ' ').append(item);
        }
    }
    if (lines.size() > max_lines) {
        const auto rest = lines.size() - max_lines;
        lines.resize(max_lines);
        lines.push_back("... and " + counted(rest, "more line") +
                        ": --output csv or json names every port");
    }
    return lines;
}

}  // namespace pt::client
