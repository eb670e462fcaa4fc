#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

/// The formats that results are printed and written in: their words and the suffixes of their
/// files.
namespace pt::client {

enum class OutputFormat { table, json, jsonl, csv, markdown, html, junit, tap, policy };

/// What is reported: not every format has room for it.
enum class ReportOf { scan, check, comparison, list };

/// A file that is written in addition to what --output prints.
struct OutputFile {
    std::string path;
    /// By its suffix; nothing: that of --output.
    std::optional<OutputFormat> format;
};

/// The words of --output, in the order of --help.
std::span<const std::string_view> format_words(ReportOf what);

std::optional<OutputFormat> parse_format(ReportOf what, std::string_view word);

/// "table, json and csv are allowed".
std::string allowed_formats(ReportOf what);

/// "report.md": by the last suffix of the path. Not of a name without any.
std::optional<OutputFormat> format_of_file(ReportOf what, std::string_view path);

/// ".json", ".md": in the order of --help.
std::string allowed_suffixes(ReportOf what);

bool has_format(ReportOf what, OutputFormat format);

}  // namespace pt::client
