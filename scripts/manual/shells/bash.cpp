#include <algorithm>
#include <utility>
#include <vector>

#include "scripts/manual/shells/completions.hpp"
#include "scripts/manual/shells/quote.hpp"

namespace pt::manual {
namespace {

/// What a command is called with that follows "--" is that command's to complete.
constexpr std::string_view command_part = R"(    for ((at = 1; at < COMP_CWORD; ++at)); do
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

}  // namespace

std::string bash_completion(const Program& program) {
    std::string function{"_" + std::string{program.name}};
    std::replace(function.begin(), function.end(), '-', '_');
    std::string text = "# shellcheck shell=bash\n# Completion of ";
    text.append(program.name).append(" for bash.\n\n").append(function).append("() {\n");
    text += R"(    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    # "--output=json" comes as three words.
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
)";
    if (program.takes_command) {
        text.append("    local at\n").append(command_part);
    }
    text.append("    case $prev in\n").append(value_cases(program.options)).append("    esac\n");
    text.append("    if [[ $cur == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '");
    text.append(option_names(program.options)).append("' -- \"$cur\")\n");
    text += R"(    elif [[ $cur != */* ]]; then
        mapfile -t COMPREPLY < <(compgen -W 'tcp/ udp/ any/' -- "$cur")
        if ((${#COMPREPLY[@]} > 0)); then
            compopt -o nospace 2>/dev/null
        fi
)";
    if (program.takes_hosts) {
        text +=
            "        mapfile -t -O \"${#COMPREPLY[@]}\" COMPREPLY < <(compgen -A hostname -- "
            "\"$cur\")\n";
    }
    text.append("    fi\n}\n\ncomplete -F ").append(function).append(" ");
    return text.append(program.name).append("\n");
}

}  // namespace pt::manual
