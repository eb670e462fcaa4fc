#include "common/options/commands.hpp"
#include "scripts/manual/shells/completions.hpp"
#include "scripts/manual/shells/quote.hpp"
#include "scripts/manual/shells/words.hpp"

namespace pt::manual {
namespace {

/// What a command is called with that follows "--" is that command's to complete.
constexpr std::string_view command_body = R"(
    set -l words (commandline -opc)
    set -l at (contains -i -- -- $words)
    or return
    set -l command (string escape -- $words[(math $at + 1)..]) (commandline -ct)
    complete -C "$command"
end
)";

/// Whether the first word, before the one to be completed, is one of the arguments.
constexpr std::string_view first_word_body = R"(
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv
end
)";

constexpr std::string_view no_slash = "not string match -q -- \"*/*\" (commandline -ct)";
constexpr std::string_view no_dashes = "not contains -- -- (commandline -opc)";

std::string quoted(std::string_view text) { return "'" + with_backslash(text, "'\\") + "'"; }

std::string both(std::string_view first, std::string_view second) {
    std::string text{first};
    return text.append(first.empty() || second.empty() ? "" : "; and ").append(second);
}

/// The switch of complete for a condition, if there is one.
std::string only_if(const std::string& condition) {
    return condition.empty() ? "" : " -n '" + condition + "'";
}

/// What is proposed for a value, as switches of complete.
std::string proposal(const Option& option) {
    switch (option.kind) {
        case ValueKind::text: return " -x";
        case ValueKind::word: return " -xa " + quoted(joined(option.words));
        case ValueKind::words:
            return " -xa " + quoted("(__fish_append , " + joined(option.words) + ")");
        case ValueKind::file: return " -rF";
        case ValueKind::host: return " -xa '(__fish_print_hostnames)'";
        case ValueKind::interface: return " -xa '(__fish_print_interfaces)'";
    }
    return "";
}

std::string options_part(const std::string& complete, const Program& program) {
    std::string text;
    for (const auto& option : program.options) {
        if (!is_allowed(option, Place::command_line)) {
            continue;
        }
        text += complete;
        if (option.letter != 0) {
            text.append(" -s ").append(1, option.letter);
        }
        text.append(" -l ").append(option.name);
        text += is_flag(option) ? " -f" : proposal(option);
        text.append(" -d ").append(quoted(summary_of(option))).append("\n");
    }
    return text;
}

/// `condition` holds where the words are those of this program.
std::string words_part(const std::string& complete, const std::string& condition,
                       const Program& program) {
    const auto before_dashes = both(condition, program.takes_command ? no_dashes : "");
    const auto word = complete + only_if(both(before_dashes, no_slash));
    std::string text;
    if (takes_specs(program)) {
        text += word + " -a 'tcp/ udp/ any/' -d 'port spec'\n";
    }
    if (program.takes_hosts) {
        text += word + " -a '(__fish_print_hostnames)' -d host\n";
    }
    if (program.takes_files) {
        text += complete + only_if(before_dashes) + " -F\n";
    }
    return text;
}

std::string command_part(const std::string& complete, const std::string& condition,
                         const std::string& function) {
    return "\nfunction " + function + std::string{command_body} + '\n' + complete +
           only_if(both(condition, "contains -- -- (commandline -opc)")) + " -xa '(" + function +
           ")'\n";
}

/// Names of commands, as the first word.
std::string commands_part(const std::string& complete, const Program& program) {
    std::string text;
    for (const auto& row : command_rows(program)) {
        text += complete + " -n 'test (count (commandline -opc)) -eq 1' -a ";
        text.append(row.name).append(" -d ").append(quoted(row.text)).append("\n");
    }
    return text;
}

/// All that is proposed for a program or command where `condition` holds.
std::string own_part(const std::string& complete, const std::string& condition,
                     const Program& program, const std::string& name) {
    auto text = options_part(complete + only_if(condition), program) + '\n';
    if (condition.empty()) {
        text += complete + " -f\n";
    }
    text += words_part(complete, condition, program) + commands_part(complete, program);
    return program.takes_command
               ? text + command_part(complete, condition, "__" + name + "_command")
               : text;
}

}  // namespace

std::string fish_completion(const Program& program) {
    const std::string name{program.name};
    const auto complete = "complete -c " + name;
    auto text = "# Completion of " + name + " for fish.\n\n";
    if (program.commands.empty()) {
        return text + own_part(complete, "", program, name);
    }
    const auto first_word = "__" + name + "_first_word_in";
    text += "function " + first_word + std::string{first_word_body} + '\n' + complete + " -f\n";
    std::string commands;
    std::string names;
    for (const auto& command : program.commands) {
        const auto condition = first_word + ' ' + std::string{command.name};
        commands += '\n' + own_part(complete, condition, command, full_name(program, command.name));
        names.append(" ").append(command.name);
    }
    return text + '\n' + own_part(complete, "not " + first_word + names, program, name) + commands;
}

}  // namespace pt::manual
