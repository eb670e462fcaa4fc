#include "client/compare/compare_files.hpp"

#include <future>
#include <iostream>

#include "client/options/read_file.hpp"
#include "client/saved/scan_file.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

bool is_cut(const PastResults& past) { return !cut_text(past).empty(); }

void note_cut(const std::string& name, const PastResults& past, Comparison& comparison) {
    if (is_cut(past)) {
        comparison.remarks.push_back(safe_text(input_name(name)) + ": " + cut_text(past) +
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
                              [&] { return read_scan_file(before, standard_input); });
    const auto second = read_scan_file(after, standard_input);
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
