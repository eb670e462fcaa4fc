#include "scripts/manual/pages/man_page.hpp"

#include <algorithm>
#include <vector>

#include "common/options/commands.hpp"
#include "common/version/version.hpp"
#include "scripts/manual/pages/roff.hpp"

namespace pt::manual {
namespace {

std::string in_capitals(std::string_view text) {
    std::string result{text};
    std::transform(result.begin(), result.end(), result.begin(), [](char c) {
        return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    return result;
}

std::string beginning(std::string_view name, char section, std::string_view manual,
                      std::string_view purpose) {
    std::string text = ".\\\" Written at build time from the table of options.\n.TH ";
    text.append(literal(in_capitals(name))).append(" ").append(1, section).append(" ");
    text.append(source_date()).append(" \"pt ").append(version()).append("\" \"");
    text.append(manual).append("\"\n.SH NAME\n").append(literal(name)).append(" \\- ");
    return text.append(purpose).append("\n");
}

std::string heading(std::string_view title) { return ".SH " + in_capitals(title) + '\n'; }

std::string item(const std::string& tag, const std::string& text) {
    return ".TP\n" + tag + '\n' + text;
}

/// A row without a text shares that of the next one.
std::string rows_text(const std::vector<Row>& rows) {
    std::string text;
    bool is_shared = false;
    for (const auto& row : rows) {
        text.append(is_shared ? ".TQ\n" : ".TP\n").append(bold(row.term)).append("\n");
        is_shared = row.text.empty();
        text += is_shared ? "" : prose(row.text);
    }
    return text;
}

std::string chapter_text(const Chapter& chapter) {
    std::string text = heading(chapter.title) + rows_text(chapter.rows);
    if (!chapter.text.empty()) {
        text += (chapter.rows.empty() ? "" : ".PP\n") + prose(chapter.text);
    }
    return text;
}

/// "-h, --help", "--config FILE".
std::string option_tag(const Option& option) {
    std::string tag;
    if (option.letter != 0) {
        tag = bold(std::string{'-', option.letter}) + ", ";
    }
    tag += bold("--" + std::string{option.name});
    return is_flag(option) ? tag : tag + ' ' + placeholder(option.value);
}

/// "listen = SPEC", "strict = true or false".
std::string setting_tag(const Option& option) {
    return bold(option.name) + " = " +
           (is_flag(option) ? bold("true") + " or " + bold("false") : placeholder(option.value));
}

/// The options of a place under the titles of their sections.
template <typename Tag>
std::string options_text(std::span<const Option> options, Place place, const Tag& tag) {
    std::string text;
    std::string_view section;
    for (const auto& option : options) {
        if (!is_allowed(option, place)) {
            continue;
        }
        if (option.section != section) {
            section = option.section;
            text.append(".SS ").append(section).append("\n");
        }
        text += item(tag(option), prose(option.help, option.value));
    }
    return text;
}

/// ".BR pt\-server (1)"
std::string reference(const PageName& page) {
    return ".BR " + literal(page.name) + " (" + page.section + ')';
}

std::string see_also_text(std::span<const PageName> pages) {
    std::string text = heading("See also");
    for (const auto& page : pages) {
        text += reference(page) + (&page == &pages.back() ? "\n" : ",\n");
    }
    return text;
}

PageName page_of(const Program& program) { return {std::string{program.name}, '1'}; }

PageName page_of(const Program& program, std::string_view command) {
    return {full_name(program, command), '1'};
}

/// Each but the default one has a page of its own.
std::string commands_text(const Program& program) {
    std::string text = program.commands.empty() ? "" : heading("Commands");
    for (const auto& row : command_rows(program)) {
        text += item(bold(row.name), row.name == program.default_command
                                         ? prose(row.text)
                                         : prose(row.text + "; see") +
                                               reference(page_of(program, row.name)) + '\n');
    }
    return text;
}

std::string examples_text(const Program& program) {
    if (program.examples.empty()) {
        return {};
    }
    auto text = heading("Examples");
    if (const auto note = program.examples_note; !note.empty()) {
        text += prose(in_capitals(note.substr(0, 1)) + std::string{note.substr(1)} + '.');
    }
    return text + rows_text(program.examples);
}

std::string man_page(const PageName& page, const Program& program,
                     std::span<const PageName> see_also) {
    auto text = beginning(page.name, page.section, "User Commands", program.purpose);
    text += heading("Synopsis");
    for (const auto& usage : program.usage) {
        text += synopsis(usage) + (&usage == &program.usage.back() ? "\n" : "\n.br\n");
    }
    text += heading("Description") + prose(program.description) + commands_text(program);
    text += heading("Options");
    text += options_text(program.options, Place::command_line, option_tag);
    for (const auto& chapter : program.chapters) {
        text += chapter_text(chapter);
    }
    return text + examples_text(program) + see_also_text(see_also);
}

std::string file_name(const PageName& page) { return page.name + '.' + page.section; }

}  // namespace

std::map<std::string, std::string> man_pages(const Program& program,
                                             std::span<const PageName> see_also) {
    const auto own_page = page_of(program);
    std::vector<PageName> beside_command{own_page};
    beside_command.insert(beside_command.end(), see_also.begin(), see_also.end());
    std::vector<PageName> beside_program;
    std::map<std::string, std::string> pages;
    for (const auto& command : program.commands) {
        const auto page = page_of(program, command.name);
        pages.emplace(file_name(page), man_page(page, command, beside_command));
        beside_program.push_back(page);
    }
    beside_program.insert(beside_program.end(), see_also.begin(), see_also.end());
    pages.emplace(file_name(own_page), man_page(own_page, program, beside_program));
    return pages;
}

std::string man_page(const ConfigFile& file, std::span<const Option> options,
                     std::span<const PageName> see_also) {
    auto text = beginning(file.name, '5', "File Formats", file.purpose) + heading("Description");
    for (const auto paragraph : file.description) {
        text += (paragraph == file.description.front() ? "" : ".PP\n") + prose(paragraph);
    }
    text += heading("Settings") + options_text(options, Place::config_file, setting_tag);
    text += heading("Examples") + ".EX\n" + literal(file.example) + ".EE\n";
    return text + see_also_text(see_also);
}

}  // namespace pt::manual
