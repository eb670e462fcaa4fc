#include "client/options/output_format.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace pt::client {
namespace {

struct Format {
    OutputFormat format;
    std::string_view word;
    std::string_view suffix;
    /// A scan has every format.
    bool of_check, of_comparison, of_list;
};

/// All formats. What prints each: report/scan/make_reporter.cpp, report/check/check_print.cpp,
/// report/compare/comparison.cpp.
constexpr std::array<Format, 9> formats{
    {{OutputFormat::table, "table", ".txt", true, true, true},
     {OutputFormat::json, "json", ".json", true, true, true},
     {OutputFormat::jsonl, "jsonl", ".jsonl", false, true, false},
     {OutputFormat::csv, "csv", ".csv", false, true, false},
     {OutputFormat::markdown, "markdown", ".md", true, true, false},
     {OutputFormat::html, "html", ".html", true, true, false},
     {OutputFormat::junit, "junit", ".xml", true, false, false},
     {OutputFormat::tap, "tap", ".tap", true, false, false},
     {OutputFormat::policy, "policy", ".yaml", false, false, false}}};

bool is_of(ReportOf what, const Format& format) {
    switch (what) {
        case ReportOf::scan: return true;
        case ReportOf::check: return format.of_check;
        case ReportOf::comparison: return format.of_comparison;
        case ReportOf::list: return format.of_list;
    }
    return false;
}

std::vector<std::string_view> words_of(ReportOf what) {
    std::vector<std::string_view> words;
    for (const Format& format : formats) {
        if (is_of(what, format)) {
            words.push_back(format.word);
        }
    }
    return words;
}

/// The first for which the predicate is true.
template <class Predicate>
std::optional<OutputFormat> find_format(ReportOf what, Predicate predicate) {
    const auto found = std::find_if(formats.begin(), formats.end(), [&](const Format& format) {
        return is_of(what, format) && predicate(format);
    });
    return found == formats.end() ? std::nullopt : std::optional{found->format};
}

}  // namespace

std::span<const std::string_view> format_words(ReportOf what) {
    static const std::array<std::vector<std::string_view>, 4> words{
        words_of(ReportOf::scan), words_of(ReportOf::check), words_of(ReportOf::comparison),
        words_of(ReportOf::list)};
    return words[static_cast<std::size_t>(what)];
}

std::optional<OutputFormat> parse_format(ReportOf what, std::string_view word) {
    return find_format(what, [word](const Format& format) { return format.word == word; });
}

std::string allowed_formats(ReportOf what) {
    std::string text;
    const auto words = format_words(what);
    for (std::size_t place = 0; place < words.size(); ++place) {
        text += place == 0 ? "" : place + 1 < words.size() ? ", " : " and ";
        text += words[place];
    }
    return text + " are allowed";
}

std::optional<OutputFormat> format_of_file(ReportOf what, std::string_view path) {
    return find_format(what, [path](const Format& format) {
        return path.size() > format.suffix.size() && path.ends_with(format.suffix) &&
               path[path.size() - format.suffix.size() - 1] != '/';
    });
}

std::string allowed_suffixes(ReportOf what) {
    std::string text;
    for (const Format& format : formats) {
        if (is_of(what, format)) {
            text += (text.empty() ? "" : ", ") + std::string{format.suffix};
        }
    }
    return text;
}

bool has_format(ReportOf what, OutputFormat wanted) {
    return find_format(what, [wanted](const Format& format) { return format.format == wanted; })
        .has_value();
}

}  // namespace pt::client
