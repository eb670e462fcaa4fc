#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "common/options/commands.hpp"
#include "scripts/manual/shells/completions.hpp"
#include "scripts/manual/shells/quote.hpp"
#include "scripts/manual/shells/words.hpp"

namespace pt::manual {
namespace {

/// What a command is called with that follows "--" is that command's to complete.
constexpr std::string_view command_part = R"(    local at
    for ((at = 1; at < COMP_CWORD; ++at)); do
        if [[ ${COMP_WORDS[at]} == -- ]]; then
            if declare -F _command_offset >/dev/null; then
                _command_offset $((at + 1))
            elif ((COMP_CWORD == at + 1)); then
                mapfile -t COMPREPLY < <(compgen -c -- "$cur")
            else
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$cur")
            fi
            return
        fi
    done
)";

std::string reply(std::string_view compgen) {
    std::string text = "            mapfile -t COMPREPLY < <(";
    return text.append(compgen).append(")\n");
}

/// What is proposed for a value.
std::string proposal(const Option& option) {
    const auto words = "'" + joined(option.words) + "'";
    switch (option.kind) {
        case ValueKind::text: return "";
        case ValueKind::word: return reply("compgen -W " + words + R"( -- "$cur")");
        case ValueKind::words:
            return "            compopt -o nospace 2>/dev/null\n" +
                   reply(R"(compgen -P "${cur%"${cur##*,}"}" -W )" + words + R"( -- "${cur##*,}")");
        case ValueKind::file:
            return "            compopt -o filenames 2>/dev/null\n" +
                   reply(R"(compgen -f -- "$cur")");
        case ValueKind::host: return reply(R"(compgen -A hostname -- "$cur")");
        case ValueKind::interface:
            return reply(R"(cd /sys/class/net 2>/dev/null && compgen -f -- "$cur")");
    }
    return "";
}

/// A branch of `case` for each kind of value, with all options that take such.
std::string value_cases(const std::vector<Option>& options) {
    std::vector<std::pair<std::string, std::string>> branches;  // names, and what is proposed
    for (const auto& option : options) {
        if (!is_allowed(option, Place::command_line) || is_flag(option)) {
            continue;
        }
        const auto name = "--" + std::string{option.name};
        const auto proposed = proposal(option);
        const auto same = std::find_if(branches.begin(), branches.end(), [&](const auto& branch) {
            return branch.second == proposed;
        });
        if (same == branches.end()) {
            branches.emplace_back(name, proposed);
        } else {
            same->first += " | " + name;
        }
    }
    std::string text;
    for (const auto& [names, proposed] : branches) {
        text.append("        ").append(names).append(")\n").append(proposed);
        text.append("            return\n            ;;\n");
    }
    return text;
}

std::string option_names(const std::vector<Option>& options) {
    std::vector<std::string> names;
    for (const auto& option : options) {
        if (is_allowed(option, Place::command_line)) {
            if (option.letter != 0) {
                names.push_back(std::string{'-', option.letter});
            }
            names.push_back("--" + std::string{option.name});
        }
    }
    return joined(names);
}

std::string append_reply(std::string_view compgen) {
    std::string text = "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen ";
    return text.append(compgen).append(" -- \"$cur\")\n");
}

/// What is proposed for a word that is no option; continues the `if` of options.
std::string words_part(const Program& program) {
    std::string text;
    if (takes_specs(program)) {
        text += R"(    elif [[ $cur != */* ]]; then
        mapfile -t COMPREPLY < <(compgen -W 'tcp/ udp/ any/' -- "$cur")
        if ((${#COMPREPLY[@]} > 0)); then
            compopt -o nospace 2>/dev/null
        fi
)";
        text += program.takes_hosts ? append_reply("-A hostname") : "";
    }
    if (program.takes_files) {
        text += takes_specs(program) ? "    fi\n    if [[ $cur != -* ]]; then\n" : "    else\n";
        text += "        compopt -o filenames 2>/dev/null\n" + append_reply("-f");
    }
    text += "    fi\n";
    if (!program.commands.empty()) {
        std::vector<std::string_view> names;
        const auto rows = command_rows(program);
        std::transform(rows.begin(), rows.end(), std::back_inserter(names),
                       [](const CommandRow& row) { return row.name; });
        text += "    if ((COMP_CWORD == 1)); then\n" + append_reply("-W '" + joined(names) + "'");
        text += "    fi\n";
    }
    return text;
}

/// What is proposed where `cur` is to be completed, after `prev`.
std::string body(const Program& program) {
    std::string text{program.takes_command ? command_part : ""};
    if (const auto cases = value_cases(program.options); !cases.empty()) {
        text.append("    case $prev in\n").append(cases).append("    esac\n");
    }
    text.append("    if [[ $cur == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '");
    text.append(option_names(program.options)).append("' -- \"$cur\")\n");
    return text + words_part(program) + "}\n";
}

std::string function_of(const std::string& name) {
    auto function = "_" + name;
    std::replace(function.begin(), function.end(), '-', '_');
    return function;
}

/// The function of a command, which that of its program calls.
std::string command_function(const Program& program, const Program& command) {
    return '\n' + function_of(full_name(program, command.name)) + "() {\n" +
           "    local cur=$1 prev=$2\n" + body(command);
}

/// What begins with a command is for its function.
std::string dispatch(const Program& program) {
    if (program.commands.empty()) {
        return {};
    }
    std::string text = "    if ((COMP_CWORD > 1)); then\n        case ${COMP_WORDS[1]} in\n";
    for (const auto& command : program.commands) {
        text.append("            ").append(command.name).append(")\n                ");
        text.append(function_of(full_name(program, command.name)));
        text.append(" \"$cur\" \"$prev\"\n                return\n                ;;\n");
    }
    return text + "        esac\n    fi\n";
}

}  // namespace

std::string bash_completion(const Program& program) {
    const std::string name{program.name};
    const auto function = function_of(name);
    std::string text = "# shellcheck shell=bash\n# Completion of " + name + " for bash.\n";
    for (const auto& command : program.commands) {
        text += command_function(program, command);
    }
    text += '\n' + function + "() {\n";
    text += R"(    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # "--output=json" comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
)";
    text += dispatch(program) + body(program);
    return text + "\ncomplete -F " + function + ' ' + name + '\n';
}

}  // namespace pt::manual
