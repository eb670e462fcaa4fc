// A file of earlier results against text of any kind: it is read or refused in one printable line
// that names the file; what is read prints as JSON lines that read back to the same.

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "client/report/scan/make_reporter.hpp"
#include "client/saved/results_file.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::client {
namespace {

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string printed(const PastResults& past) {
    std::ostringstream out;
    const auto report = make_json_lines_report(out);
    for (const Result& result : past.results) {
        report->result(result);
    }
    return out.str();
}

void check(const std::string& text) {
    std::istringstream file{text};
    const auto past = read_past_results(file, "run.jsonl");
    if (!past) {
        PT_CHECK(past.error().message.starts_with("run.jsonl") &&
                 past.error().message.size() < 1000);
        PT_CHECK(is_printable(past.error().message));
        return;
    }
    const auto once = printed(*past);
    std::istringstream again{once};
    const auto same = read_past_results(again, "again");
    PT_CHECK(same.has_value());
    PT_CHECK(printed(*same) == once);
}

}  // namespace
}  // namespace pt::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::client::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
