#include "client/cli/option_table.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "client/cli/apply_option.hpp"
#include "common/core/verdict.hpp"

namespace pt::client {
namespace {

constexpr std::uint32_t max_count = 1'000'000;
constexpr std::uint32_t max_concurrency = 65'535;
constexpr std::uint32_t max_rate = 10'000'000;

constexpr std::array<std::string_view, 3> color_words{"auto", "always", "never"};
constexpr std::array<std::string_view, 1> require_words{"echo"};

std::span<const std::string_view> verdict_words() {
    static const auto words = [] {
        std::array<std::string_view, all_verdicts.size()> names;
        std::transform(all_verdicts.begin(), all_verdicts.end(), names.begin(),
                       [](Verdict verdict) { return to_string(verdict); });
        return names;
    }();
    return words;
}

std::vector<Definition<Draft>> targets() {
    constexpr std::string_view section = "Targets";
    return {
        {{.name = "host",
          .value = "HOST",
          .section = section,
          .help = "add a host, or several: 10.0.0.0/28, 10.0.0.1-20; every other word is then a "
                  "port spec",
          .kind = ValueKind::host,
          .repeatable = true},
         apply::host},
        {{.name = "ports",
          .letter = 'p',
          .value = "SPEC",
          .section = section,
          .help = "add ports; every other word is then a host",
          .repeatable = true},
         apply::ports},
        {{.name = "host-file",
          .value = "FILE",
          .section = section,
          .help = "read hosts from a file, one (or 10.0.0.0/28) per line, \"#\" starts a comment; "
                  "-: standard "
                  "input",
          .kind = ValueKind::file},
         apply::file_name<&Options::host_file>},
        {{.name = "ipv4", .letter = '4', .section = section, .help = "use IPv4 addresses only"},
         apply::raise<&Draft::v4>},
        {{.name = "ipv6", .letter = '6', .section = section, .help = "use IPv6 addresses only"},
         apply::raise<&Draft::v6>},
        {{.name = "all-addresses",
          .section = section,
          .help = "probe every address of a name, not only the first"},
         apply::raise<&Options::all_addresses>},
        {{.name = "resume",
          .value = "FILE",
          .section = section,
          .help = "continue the scan whose json or jsonl output is in FILE, complete or not: its "
                  "results are kept, shown and counted (with jsonl, not shown if standard output "
                  "is FILE itself); names keep their addresses; without HOST SPEC..., use those "
                  "of FILE",
          .kind = ValueKind::file},
         apply::file_name<&Options::resume>},
    };
}

std::vector<Definition<Draft>> probing() {
    constexpr std::string_view section = "Probing";
    return {
        {{.name = "tries",
          .value = "N",
          .section = section,
          .help = "make up to N attempts per port (16)"},
         apply::tries},
        {{.name = "timeout",
          .letter = 't',
          .value = "DURATION",
          .section = section,
          .help = "wait up to DURATION for each port, all attempts included: 500ms, 3s, 1m "
                  "(3500ms); also the limit for looking up a name, but at least 2s (10s by "
                  "default)"},
         apply::timeout},
        {{.name = "count",
          .letter = 'c',
          .value = "N",
          .section = section,
          .help = "request N echoes from each open port, for round-trip times and loss (1)"},
         apply::number<&Options::count, max_count>},
        {{.name = "frame-size",
          .value = "BYTES",
          .section = section,
          .help = "send 3 more frames of 129 to 1472 bytes to each open port (N-1 with --count N) "
                  "and report whether packets of that size are dropped"},
         apply::frame_size},
        {{.name = "concurrency",
          .value = "N",
          .section = section,
          .help = "probe N ports at once (as many as the descriptors allow)"},
         apply::number<&Options::concurrency, max_concurrency>},
        {{.name = "rate",
          .value = "N",
          .section = section,
          .help = "start at most N attempts per second, frames of --count included (no limit)"},
         apply::number<&Options::rate, max_rate>},
        {{.name = "source",
          .value = "ADDRESS",
          .section = section,
          .help = "send from this address"},
         apply::source},
        {{.name = "source-port",
          .value = "PORT",
          .section = section,
          .help = "send from this port (ephemeral ports)"},
         apply::source_port},
        {{.name = "interface",
          .value = "NAME",
          .section = section,
          .help = "send through this network interface",
          .kind = ValueKind::interface},
         apply::interface},
        {{.name = "dscp",
          .value = "VALUE",
          .section = section,
          .help = "mark packets, for example 46 or ef; report where the mark is changed"},
         apply::dscp},
        {{.name = "key",
          .value = "FILE",
          .section = section,
          .help = "prove pt-server by the first valid key in FILE, which its --keys has too "
                  "(pt-client keygen makes one): nobody on the path can then forge \"open\" or "
                  "what pt-server recorded. Only open is as expected then",
          .kind = ValueKind::file},
         apply::file_name<&Options::key_file>},
        {{.name = "no-journal",
          .section = section,
          .help = "do not ask pt-server what arrived: use the client's view alone"},
         apply::no_journal},
        {{.name = "journal",
          .value = "FILE",
          .section = section,
          .help = "if no port is open to ask pt-server over, read what arrived from FILE, the "
                  "server's --journal-file; after the scan, or with --resume for an earlier one",
          .kind = ValueKind::file},
         apply::file_name<&Options::journal_file>},
    };
}

std::vector<Definition<Draft>> output() {
    constexpr std::string_view section = "Output";
    return {
        {{.name = "output",
          .value = "FORMAT",
          .section = section,
          .help = "print table, json, jsonl (one line per result as it is decided), csv, markdown, "
                  "html (a page to send to others), junit (XML for CI systems), tap, or policy: "
                  "what was found, for pt-client check "
                  "to expect (table)",
          .kind = ValueKind::word,
          .words = format_words(ReportOf::scan)},
         apply::output<ReportOf::scan>},
        {{.name = "output-file",
          .letter = 'o',
          .value = "FILE",
          .section = section,
          .help = "write a report to FILE as well, in the format of its suffix: .txt (table), "
                  ".json, .jsonl, .csv, .md (markdown), .html, .xml (junit), .tap, .yaml (policy); "
                  "FILE "
                  "is replaced at the end, in one step",
          .kind = ValueKind::file,
          .repeatable = true},
         apply::output_file<ReportOf::scan>},
        {{.name = "only",
          .value = "VERDICT",
          .section = section,
          .help = "show only ports with this verdict, or with one of several, separated by "
                  "commas; the summary and the exit status count all",
          .kind = ValueKind::words,
          .words = verdict_words(),
          .repeatable = true},
         apply::only},
        {{.name = "baseline",
          .value = "FILE",
          .section = section,
          .help = "compare with the scan whose json or jsonl output is in FILE: print the changes "
                  "in place of the results, and exit as pt-client diff does",
          .kind = ValueKind::file},
         apply::file_name<&Options::baseline>},
        {{.name = "require",
          .value = "echo",
          .section = section,
          .help = "expect \"open\"; \"answered\" does not suffice",
          .kind = ValueKind::word,
          .words = require_words},
         apply::require},
        {{.name = "explain",
          .section = section,
          .help =
              "explain the results after the table: the answer, a diagram of the packets, rules "
              "for the firewall, what to try next; terms once"},
         apply::raise<&Options::explain>},
        {{.name = "verbose",
          .letter = 'v',
          .section = section,
          .help = "list each port of the table by itself (up to 1000 per address), and below it "
                  "what finds its packets in a firewall log or a capture: addresses and ports, "
                  "time, attempts, ICMP error, what reached pt-server"},
         apply::raise<&Options::verbose>},
        {{.name = "quiet",
          .letter = 'q',
          .section = section,
          .help = "print nothing but errors; the exit status tells the result"},
         apply::raise<&Options::quiet>},
        {{.name = "color",
          .value = "WHEN",
          .section = section,
          .help =
              "use colours: auto (on a terminal, unless NO_COLOR is set or TERM is dumb), always "
              "or never (auto)",
          .kind = ValueKind::word,
          .words = color_words},
         apply::color},
        {{.name = "help", .letter = 'h', .section = section, .help = "print this text"},
         apply::raise<&Draft::help>},
        {{.name = "version", .letter = 'V', .section = section, .help = "print the version"},
         apply::raise<&Draft::version>},
    };
}

}  // namespace

std::span<const Definition<Draft>> option_table() {
    static const auto table = [] {
        auto all = targets();
        for (const auto& more : {probing(), output()}) {
            all.insert(all.end(), more.begin(), more.end());
        }
        return all;
    }();
    return table;
}

std::vector<Definition<Draft>> with_names(std::initializer_list<std::string_view> names) {
    std::vector<Definition<Draft>> some;
    for (const auto& definition : option_table()) {
        if (std::find(names.begin(), names.end(), definition.option.name) != names.end()) {
            some.push_back(definition);
        }
    }
    return some;
}

}  // namespace pt::client
