#include "client/compare/compare_files.hpp"

#include <cerrno>
#include <fstream>
#include <future>
#include <iostream>
#include <system_error>
#include <utility>

#include "client/saved/results_file.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr const char* wanted_file =
    "; expected the output of a scan, as of: pt-client HOST SPEC... --output jsonl > FILE";

bool is_standard_input(const std::string& name) { return name == "-"; }

std::string shown_name(const std::string& name) {
    return is_standard_input(name) ? "standard input" : name;
}

Expected<PastResults> read(std::istream& file, const std::string& name) {
    auto past = read_past_results(file, shown_name(name));
    if (!past) {
        return UsageError{past.error().message + wanted_file};
    }
    if (past->results.empty()) {
        return UsageError{safe_text(shown_name(name)) + " holds no result" + wanted_file};
    }
    return past;
}

Expected<PastResults> read(const std::string& name, std::istream& standard_input) {
    if (is_standard_input(name)) {
        return read(standard_input, name);
    }
    errno = 0;
    std::ifstream file{name, std::ios::binary};
    // A directory opens, but does not read.
    if (!file || (file.peek() == std::ifstream::traits_type::eof() && errno != 0)) {
        return UsageError{quote_word(name) + " cannot be read: " +
                          std::generic_category().message(errno) + wanted_file};
    }
    file.clear();
    return read(file, name);
}

bool is_cut(const PastResults& past) { return past.cut_lines > 0 || past.lacks_end; }

void note_cut(const std::string& name, const PastResults& past, Comparison& comparison) {
    if (is_cut(past)) {
        comparison.remarks.push_back(safe_text(shown_name(name)) +
                                     (past.cut_lines == 0
                                          ? ": its end is missing"
                                          : ": lines that were cut short and do not count: " +
                                                std::to_string(past.cut_lines)) +
                                     "; ports that are missing there are not comparable");
    }
}

}  // namespace

Expected<Comparison> compare_files(const std::string& before, const std::string& after) {
    return compare_files(before, after, std::cin);
}

Expected<Comparison> compare_files(const std::string& before, const std::string& after,
                                   std::istream& standard_input) {
    if (is_standard_input(before) && is_standard_input(after)) {
        return UsageError{"standard input (\"-\") can be one of the two files, not both"};
    }
    // Where no thread can be had, the first file is read when its results are wanted.
    auto reading = std::async(std::launch::async | std::launch::deferred,
                              [&] { return read(before, standard_input); });
    const auto second = read(after, standard_input);
    const auto first = reading.get();
    if (!first) {
        return first.error();
    }
    if (!second) {
        return second.error();
    }
    auto comparison = compare(first->results, second->results, {is_cut(*first), is_cut(*second)});
    comparison.before_name = before;
    comparison.after_name = after;
    note_cut(before, *first, comparison);
    note_cut(after, *second, comparison);
    return comparison;
}

Expected<PastResults> read_scan_file(const std::string& name) { return read(name, std::cin); }

Comparison compare_with_scan(const std::string& before_name, const PastResults& before,
                             const std::vector<Result>& after, bool interrupted) {
    auto comparison = compare(before.results, after, {is_cut(before), false});
    comparison.before_name = before_name;
    comparison.interrupted = interrupted;
    note_cut(before_name, before, comparison);
    if (interrupted) {
        comparison.remarks.emplace_back(
            "the scan was interrupted: ports that it had not finished are not comparable");
    }
    return comparison;
}

}  // namespace pt::client
