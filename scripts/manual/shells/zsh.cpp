#include "scripts/manual/shells/completions.hpp"
#include "scripts/manual/shells/quote.hpp"

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

constexpr std::string_view spec_action = "compadd -S '' -- tcp/ udp/ any/";

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

}  // namespace

std::string zsh_completion(const Program& program) {
    const std::string name{program.name};
    const std::string function = "_" + name;
    std::string text = "#compdef " + name + "\n# Completion of " + name + " for zsh.\n\n";
    text += function + "_words() {\n    [[ $PREFIX == */* ]] && return 1\n";
    if (program.takes_hosts) {
        text +=
            "    _alternative 'hosts:host:_hosts' 'specs:port spec:" + quoted(spec_action) + "'\n";
    } else {
        text.append("    ").append(spec_action).append("\n");
    }
    text += "}\n\n" + function + "() {\n";
    text += program.takes_command ? command_part : "";
    text += "    _arguments -S \\\n";
    for (const auto& option : program.options) {
        if (is_allowed(option, Place::command_line)) {
            text += "        " + spec(option) + " \\\n";
        }
    }
    text += "        '*: :" + function + "_words'\n}\n\n";
    // A shell that has found the file by its name runs it as the function.
    text += "if [[ $funcstack[1] == " + function + " ]]; then\n    " + function + " \"$@\"\nelse\n";
    return text + "    compdef " + function + ' ' + name + "\nfi\n";
}

}  // namespace pt::manual
