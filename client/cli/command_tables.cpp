#include <array>
#include <string_view>

#include "client/cli/apply_option.hpp"
#include "client/cli/option_table.hpp"

namespace pt::client {
namespace {

constexpr std::array<std::string_view, 2> until_words{"answered", "open"};

/// For an option of the scan that means something else to the command.
void set_help(std::vector<Definition<Draft>>& table, std::string_view name, std::string_view help) {
    for (auto& [option, apply] : table) {
        option.help = option.name == name ? help : option.help;
    }
}

}  // namespace

std::span<const Definition<Draft>> wait_option_table() {
    static const auto table = [] {
        auto all = with_names({"host",          "host-file",   "ports",     "ipv4",        "ipv6",
                               "all-addresses", "tries",       "timeout",   "concurrency", "rate",
                               "source",        "source-port", "interface", "dscp",        "key",
                               "output",        "only",        "explain",   "verbose",     "quiet",
                               "color",         "help",        "version"});
        set_help(all, "all-addresses",
                 "wait for every address of a name; without it, one is enough");
        set_help(all, "tries", "make up to N attempts per port in each round (5)");
        set_help(all, "timeout",
                 "give each port up to DURATION in each round, all attempts included: 500ms, 3s, "
                 "1m (1s)");
        constexpr std::string_view section = "Wait";
        all.insert(all.begin(),
                   {{{.name = "for",
                      .value = "DURATION",
                      .section = section,
                      .help = "wait up to DURATION: 500ms, 3s, 1m (60s)"},
                     apply::wait_limit},
                    {{.name = "until",
                      .value = "WHAT",
                      .section = section,
                      .help = "what to wait for: answered, by any service (default), or open, by "
                              "pt-server. Over UDP only a reply counts, and most other UDP "
                              "services do not reply to pt",
                      .kind = ValueKind::word,
                      .words = until_words},
                     apply::until}});
        return all;
    }();
    return table;
}

std::span<const Definition<Draft>> explain_option_table() {
    static const auto table =
        with_names({"host", "host-file", "ipv4", "ipv6", "all-addresses", "tries", "timeout",
                    "concurrency", "rate", "source", "source-port", "interface", "dscp", "key",
                    "no-journal", "only", "help", "version"});
    return table;
}

std::span<const Definition<Draft>> keygen_option_table() {
    static const auto table = with_names({"help", "version"});
    return table;
}

std::span<const Definition<Draft>> list_option_table() {
    static const auto table = [] {
        auto all = with_names(
            {"host",    "host-file",   "ports", "ipv4",   "ipv6",        "all-addresses", "tries",
             "timeout", "concurrency", "rate",  "source", "source-port", "interface",     "dscp",
             "key",     "output",      "quiet", "color",  "help",        "version"});
        for (auto& [option, apply] : all) {
            if (option.name == "output") {
                option.help = "print table or json (table)";
                option.words = format_words(ReportOf::list);
                apply = apply::output<ReportOf::list>;
            }
        }
        return all;
    }();
    return table;
}

}  // namespace pt::client
