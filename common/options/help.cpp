#include "common/options/help.hpp"

#include <algorithm>

#include "common/options/commands.hpp"
#include "common/options/wrap.hpp"

namespace pt {
namespace {

constexpr std::size_t width = 100;
constexpr std::size_t margin = 2;
constexpr std::size_t gap = 2;
/// A longer term has its text on the next line.
constexpr std::size_t max_term = 40;

struct Line {
    std::string term;
    std::string_view text;
    std::string_view title = {};  ///< of a section that begins here
};

/// Terms in a column, texts beside them.
std::string columns(const std::vector<Line>& lines) {
    std::size_t widest = 0;
    for (const auto& line : lines) {
        if (line.term.size() <= max_term && !line.text.empty()) {
            widest = std::max(widest, line.term.size());
        }
    }
    const auto column = margin + widest + gap;
    std::string text;
    for (const auto& line : lines) {
        if (!line.title.empty()) {
            text.append("\n").append(line.title).append(":\n");
        }
        text.append(margin, ' ').append(line.term);
        if (line.text.empty()) {
            text += '\n';
        } else if (line.term.size() > widest) {
            text.append("\n").append(column, ' ').append(wrap(line.text, column, width));
        } else {
            text.append(column - margin - line.term.size(), ' ');
            text.append(wrap(line.text, column, width));
        }
    }
    return text;
}

std::string columns(const std::vector<Row>& rows) {
    std::vector<Line> lines;
    lines.reserve(rows.size());
    for (const auto& row : rows) {
        lines.push_back({std::string{row.term}, row.text});
    }
    return columns(lines);
}

std::string commands_text(const Program& program) {
    const auto rows = command_rows(program);
    if (rows.empty()) {
        return {};
    }
    std::vector<Line> lines;
    lines.reserve(rows.size());
    for (const auto& row : rows) {
        lines.push_back({std::string{row.name}, row.text});
    }
    return "\nCommands:\n" + columns(lines) + "\"" + std::string{program.name} +
           " help COMMAND\" explains a command.\n";
}

std::string examples_text(const Program& program) {
    if (program.examples.empty()) {
        return {};
    }
    std::string text = "\nExamples";
    if (!program.examples_note.empty()) {
        text.append(" (").append(program.examples_note).append(")");
    }
    return text + ":\n" + columns(program.examples);
}

/// All sections share one column.
std::string options_text(const std::vector<Option>& options) {
    std::vector<Line> lines;
    std::string_view section;
    for (const auto& option : options) {
        if (is_allowed(option, Place::command_line)) {
            const auto title = option.section == section ? std::string_view{} : option.section;
            lines.push_back({usage_of(option), option.help, title});
            section = option.section;
        }
    }
    return columns(lines);
}

}  // namespace

std::string help_text(const Program& program) {
    std::string text = wrap(program.description, 0, width) + "\nUsage:\n";
    for (const auto usage : program.usage) {
        text.append(margin, ' ').append(usage).append("\n");
    }
    text += commands_text(program) + examples_text(program) + options_text(program.options);
    for (const auto& chapter : program.chapters) {
        if (!chapter.in_help) {
            continue;
        }
        text += '\n';
        if (!chapter.rows.empty()) {
            text.append(chapter.title).append(":\n").append(columns(chapter.rows));
        }
        text += chapter.text.empty() ? "" : wrap(chapter.text, 0, width);
    }
    return text;
}

}  // namespace pt
