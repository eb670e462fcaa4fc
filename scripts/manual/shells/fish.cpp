#include "scripts/manual/shells/completions.hpp"
#include "scripts/manual/shells/quote.hpp"

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

std::string command_part(const Program& program) {
    const std::string name{program.name};
    const auto function = "__" + name + "_command";
    return "\nfunction " + function + std::string{command_body} + "\ncomplete -c " + name +
           " -n 'contains -- -- (commandline -opc)' -xa '(" + function + ")'\n";
}

std::string quoted(std::string_view text) { return "'" + with_backslash(text, "'\\") + "'"; }

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

}  // namespace

std::string fish_completion(const Program& program) {
    const std::string complete = "complete -c " + std::string{program.name};
    std::string text = "# Completion of " + std::string{program.name} + " for fish.\n\n";
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
    text += '\n' + complete + " -f\n";
    const std::string word = program.takes_command
                                 ? " -n 'not contains -- -- (commandline -opc); and not string "
                                   "match -q -- \"*/*\" (commandline -ct)'"
                                 : " -n 'not string match -q -- \"*/*\" (commandline -ct)'";
    text += complete + word + " -a 'tcp/ udp/ any/' -d 'port spec'\n";
    if (program.takes_hosts) {
        text += complete + word + " -a '(__fish_print_hostnames)' -d host\n";
    }
    return program.takes_command ? text + command_part(program) : text;
}

}  // namespace pt::manual
