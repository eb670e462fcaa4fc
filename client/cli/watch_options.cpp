#include "client/cli/watch_options.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "client/cli/apply_option.hpp"
#include "client/cli/apply_options.hpp"
#include "client/cli/option_rules.hpp"
#include "client/cli/option_table.hpp"
#include "client/options/target_words.hpp"
#include "client/watch/watched_port.hpp"

namespace pt::client {
namespace {

using namespace std::chrono_literals;
using Milliseconds = std::chrono::milliseconds;

constexpr Milliseconds min_every = 100ms;
constexpr Milliseconds max_every = 1h;
constexpr Milliseconds max_limit = 8'760h;  // a year
constexpr std::array<std::string_view, 2> until_words{"open", "blocked"};
constexpr std::array<std::string_view, 2> output_words{"table", "jsonl"};

std::string apply_every(Draft& draft, const std::string& value) {
    const auto duration = parse_duration(value, max_every);
    if (!duration || *duration < min_every) {
        return "100ms to 1h is allowed";
    }
    draft.watch.every = *duration;
    return "";
}

std::string apply_limit(Draft& draft, const std::string& value) {
    const auto duration = parse_duration(value, max_limit);
    draft.watch.limit = duration;
    return duration ? "" : "a whole number and its unit is allowed: 90s, 30m, 2h";
}

std::string apply_until(Draft& draft, const std::string& value) {
    if (value != "open" && value != "blocked") {
        return "open and blocked are allowed";
    }
    draft.watch.until = value == "open" ? WatchUntil::open : WatchUntil::blocked;
    return "";
}

std::string apply_output(Draft& draft, const std::string& value) {
    if (value != "table" && value != "jsonl") {
        return "table and jsonl are allowed";
    }
    draft.options.output = value == "table" ? OutputFormat::table : OutputFormat::jsonl;
    return "";
}

std::string take_command(const char* const* dashes, const char* const* end, WatchOptions& watch) {
    if (dashes == end) {
        return "";
    }
    watch.command.assign(dashes + 1, end);
    return watch.command.empty() || watch.command.front().empty()
               ? "no command behind --: give one, as in: pt-client watch db tcp/5432 -- ./notify, "
                 "or leave -- out"
               : "";
}

}  // namespace

std::span<const Definition<Draft>> watch_option_table() {
    static const auto table = [] {
        auto all =
            with_names({"host", "host-file", "ipv4", "ipv6", "all-addresses", "source", "interface",
                        "dscp", "key", "output", "quiet", "color", "ports", "help", "version"});
        for (auto& [option, apply] : all) {
            if (option.name == "output") {
                option.help = "print table, or jsonl: an event on each line (table)";
                option.words = output_words;
                apply = apply_output;
            } else if (option.name == "all-addresses") {
                option.help = "watch every address of a name, not only the first";
            }
        }
        constexpr std::string_view section = "Watch";
        all.insert(all.begin(),
                   {{{.name = "every",
                      .value = "DURATION",
                      .section = section,
                      .help = "report a change after DURATION: 100ms to 1h (1s). In that time five "
                              "attempts are made on each port"},
                     apply_every},
                    {{.name = "for",
                      .value = "DURATION",
                      .section = section,
                      .help = "watch for DURATION: 90s, 30m, 2h; without it until Ctrl-C"},
                     apply_limit},
                    {{.name = "until",
                      .value = "WHAT",
                      .section = section,
                      .help = "stop when every port is open (pt-server replies), or blocked (its "
                              "record says that nothing reached it)",
                      .kind = ValueKind::word,
                      .words = until_words},
                     apply_until}});
        return all;
    }();
    return table;
}

std::string too_many_ports(std::size_t ports, Milliseconds every) {
    const auto most = WatchOptions::max_attempts_a_second *
                      static_cast<std::size_t>(every.count()) /
                      (std::size_t{WatchRhythm::attempts_per_interval} * 1'000);
    if (ports <= most) {
        return "";
    }
    return std::to_string(ports) + " ports are too many to watch every " +
           std::to_string(every.count()) + " ms: at most " + std::to_string(most) +
           "; give fewer, or a longer --every";
}

Expected<std::variant<WatchOptions, Notice>> parse_watch_options(int argc,
                                                                 const char* const argv[]) {
    const auto* const* const end = argv + argc;
    const auto* const* const dashes = std::find(argv, end, std::string_view{"--"});
    Draft draft;
    std::vector<std::string> words;
    auto notice = read_options(static_cast<int>(dashes - argv), argv, watch_program(),
                               watch_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return **std::move(notice);
    }
    auto complaint = take_command(dashes, end, draft.watch);
    if (complaint.empty()) {
        complaint = take_target_words(words, "pt-client watch", draft.options);
    }
    if (complaint.empty()) {
        complaint = settle_family(draft);
    }
    if (!complaint.empty()) {
        return UsageError{std::move(complaint)};
    }
    draft.watch.scan = std::move(draft.options);
    return std::move(draft.watch);
}

}  // namespace pt::client
