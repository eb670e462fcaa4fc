#include "client/cli/option_rules.hpp"

#include "client/options/host_word.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {

using net::AddressFamily;

namespace {

std::string wrong_family(AddressFamily family, const std::string& chosen_by) {
    const char* const name = family == AddressFamily::v4 ? "IPv4" : "IPv6";
    return std::string{" is an "} + name + " address, but " + chosen_by + " was given";
}

}  // namespace

std::string settle_family(Draft& draft) {
    Options& options = draft.options;
    if (draft.v4 && draft.v6) {
        return "-4 and -6 exclude each other: leave both out for either family";
    }
    options.family = draft.v4   ? AddressFamily::v4
                     : draft.v6 ? AddressFamily::v6
                                : AddressFamily::any;
    std::string chosen_by = draft.v4 ? "-4" : "-6";
    if (options.source) {
        const auto family = options.source->is_v4() ? AddressFamily::v4 : AddressFamily::v6;
        const auto source = "--source " + options.source->to_string();
        if (options.family != AddressFamily::any && options.family != family) {
            return source + wrong_family(family, chosen_by);
        }
        options.family = family;
        chosen_by = source;
    }
    auto hosts = options.hosts;
    for (const auto& target : options.whole_targets) {
        hosts.push_back(target.host);
    }
    for (const auto& host : hosts) {
        const auto family = literal_family(host);
        if (family && options.family != AddressFamily::any && family != options.family) {
            return "host " + quote_word(host) + wrong_family(*family, chosen_by);
        }
    }
    return "";
}

std::string settle_journal(const Draft& draft) {
    return !draft.options.journal && draft.options.journal_file
               ? "--journal and --no-journal exclude each other: give one of the two"
               : "";
}

std::string settle_baseline(const Draft& draft) {
    const Options& options = draft.options;
    if (!options.baseline) {
        return "";
    }
    const char* const other = options.resume                         ? "--resume"
                              : options.journal_file                 ? "--journal"
                              : options.only                         ? "--only"
                              : options.explain                      ? "--explain"
                              : options.verbose                      ? "--verbose"
                              : options.require == Requirement::echo ? "--require"
                                                                     : nullptr;
    if (other != nullptr) {
        return std::string{other} +
               " does not go with --baseline, which prints changes and no results";
    }
    if (!has_format(ReportOf::comparison, options.output)) {
        return "--output does not go with --baseline: " + allowed_formats(ReportOf::comparison);
    }
    for (const OutputFile& file : options.output_files) {
        if (file.format && !has_format(ReportOf::comparison, *file.format)) {
            return "--output-file " + quote_word(file.path) +
                   " does not go with --baseline: " + allowed_suffixes(ReportOf::comparison) +
                   " are allowed";
        }
    }
    return "";
}

std::string settle_output(const Draft& draft) {
    const bool is_table = draft.options.output == OutputFormat::table;
    if (draft.options.verbose && draft.options.quiet) {
        return "--verbose and --quiet exclude each other: give one of the two";
    }
    if (draft.options.verbose && !is_table) {
        return "--verbose goes with --output table alone: json and jsonl hold the same facts "
               "without it";
    }
    if (draft.options.explain && !is_table) {
        return "--explain is for people: it goes with --output table alone";
    }
    if (!draft.wait.command.empty() && !is_table) {
        return "a command behind -- goes with --output table alone, since standard output is the "
               "command's; for the other formats, as in: pt-client wait tcp://db:5432 --output "
               "json && ./start-app";
    }
    return "";
}

}  // namespace pt::client
