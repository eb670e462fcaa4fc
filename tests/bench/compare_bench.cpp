// What comparing two scans costs: compare_bench BEFORE AFTER, files of --output json or jsonl.
// Prints the shortest time of each step.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iostream>
#include <sstream>
#include <utility>

#include "client/compare/compare_files.hpp"
#include "client/report/compare/comparison.hpp"
#include "client/saved/results_file.hpp"

namespace {

/// The value; a file that cannot be read ends the program with a message.
template <class Value>
Value value_of(pt::Expected<Value> result) {
    if (!result) {
        std::cerr << "compare_bench: " << result.error().message << '\n';
        std::exit(2);
    }
    return *std::move(result);
}

template <class Step>
void measure(const char* name, Step step) {
    constexpr int rounds = 7;
    double least = 1e9;
    double least_cpu = 1e9;
    for (int round = 0; round < rounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        const std::clock_t cpu_start = std::clock();
        step();
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - start;
        const double cpu = 1e3 * static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC;
        least = std::min(least, took.count());
        least_cpu = std::min(least_cpu, cpu);
    }
    std::cout << name << ": " << least << " ms, " << least_cpu << " ms of processor time\n";
}

}  // namespace

int main(int argc, const char* argv[]) {
    using namespace pt::client;
    if (argc != 3) {
        std::cerr << "usage: compare_bench BEFORE AFTER\n";
        return 2;
    }
    PastResults before;
    PastResults after;
    const auto read = [](const char* name, PastResults& past) {
        std::ifstream file{name, std::ios::binary};
        past = value_of(read_past_results(file, name));
    };
    measure("read before", [&] { read(argv[1], before); });
    measure("read after", [&] { read(argv[2], after); });
    Comparison comparison;
    measure("compare", [&] { comparison = compare(before.results, after.results); });
    measure("read both and compare",
            [&] { comparison = value_of(compare_files(argv[1], argv[2])); });
    measure("print table", [&] {
        std::ostringstream out;
        print_comparison(comparison, OutputFormat::table, out, {});
    });
    std::cout << comparison.compared << " ports compared, " << comparison.changes.size()
              << " changes\n";
}
