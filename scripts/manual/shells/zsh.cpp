#include "common/options/commands.hpp"
#include "scripts/manual/shells/completions.hpp"
#include "scripts/manual/shells/quote.hpp"
#include "scripts/manual/shells/words.hpp"

namespace pt::manual {
namespace {

constexpr std::string_view command_part = R"(    local -i at=${words[(i)--]}
    if (( at < CURRENT )); then
        shift $at words
        (( CURRENT -= at ))
        _normal
        return
    fi
)";

constexpr std::string_view spec_source = "specs:port spec:compadd -S '' -- tcp/ udp/ any/";

/// Within single quotes.
std::string quoted(std::string_view text) {
    std::string result;
    for (const char c : text) {
        result += c == '\'' ? std::string{"'\\''"} : std::string{c};
    }
    return result;
}

/// The action of _arguments for a value.
std::string action(const Option& option) {
    switch (option.kind) {
        case ValueKind::text: return " ";
        case ValueKind::word: return "(" + joined(option.words) + ")";
        case ValueKind::words: return "_sequence compadd - " + joined(option.words);
        case ValueKind::file: return "_files";
        case ValueKind::host: return "_hosts";
        case ValueKind::interface: return "_net_interfaces";
    }
    return " ";
}

/// One spec of _arguments.
std::string spec(const Option& option) {
    const std::string name = "--" + std::string{option.name};
    std::string tail = "[" + with_backslash(summary_of(option), "[]:\\") + "]";
    if (!is_flag(option)) {
        tail.append(":").append(option.value).append(":").append(action(option));
    }
    tail = quoted(tail) + "'";
    if (option.letter != 0) {
        const std::string letter{'-', option.letter};
        return "'(" + letter + ' ' + name + ")'{" + letter + ',' + name + "}'" + tail;
    }
    return (option.repeatable ? "'*" : "'") + name + (is_flag(option) ? "" : "=") + tail;
}

std::string commands_function(const std::string& name, const Program& program) {
    std::string text = name + "() {\n    local -a commands=(\n";
    for (const auto& row : command_rows(program)) {
        text.append("        '")
            .append(row.name)
            .append(":")
            .append(quoted(row.text))
            .append("'\n");
    }
    return text + "    )\n    _describe -t commands command commands\n}\n\n";
}

/// `function`_words: proposes what is no option, from sources of _alternative.
std::string words_function(const std::string& function, const Program& program) {
    const auto commands = function + "_commands";
    std::string text;
    if (!program.commands.empty()) {
        text += commands_function(commands, program);
    }
    text += function + "_words() {\n    local -a sources=()\n";
    if (takes_specs(program)) {
        text += "    [[ $PREFIX == */* ]] || sources+=(";
        text += program.takes_hosts ? "'hosts:host:_hosts' " : "";
        text += "'" + quoted(spec_source) + "')\n";
    }
    if (program.takes_files) {
        text += "    sources+=('files:file:_files')\n";
    }
    if (!program.commands.empty()) {
        text += "    (( CURRENT == 2 )) && sources+=('commands:command:" + commands + "')\n";
    }
    return text + "    (( $#sources )) && _alternative $sources\n}\n\n";
}

/// What begins with a command is for its function.
std::string dispatch(const Program& program) {
    if (program.commands.empty()) {
        return {};
    }
    std::string text = "    if (( CURRENT > 2 )); then\n        case $words[2] in\n";
    for (const auto& command : program.commands) {
        text.append("            ").append(command.name).append(")\n                _");
        text.append(full_name(program, command.name));
        text.append("\n                return\n                ;;\n");
    }
    return text + "        esac\n    fi\n";
}

/// The function of a program or command, and those that it calls.
std::string functions(const std::string& function, const Program& program) {
    auto text = words_function(function, program) + function + "() {\n" + dispatch(program);
    text += program.takes_command ? command_part : "";
    text += "    _arguments -S \\\n";
    for (const auto& option : program.options) {
        if (is_allowed(option, Place::command_line)) {
            text += "        " + spec(option) + " \\\n";
        }
    }
    return text + "        '*: :" + function + "_words'\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Program& program) {
    const std::string name{program.name};
    const std::string function = "_" + name;
    std::string text = "#compdef " + name + "\n# Completion of " + name + " for zsh.\n\n";
    for (const auto& command : program.commands) {
        text += functions("_" + full_name(program, command.name), command);
    }
    text += functions(function, program);
    // A shell that has found the file by its name runs it as the function.
    text += "if [[ $funcstack[1] == " + function + " ]]; then\n    " + function + " \"$@\"\nelse\n";
    return text + "    compdef " + function + ' ' + name + "\nfi\n";
}

}  // namespace pt::manual
