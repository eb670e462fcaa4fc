#pragma once

#include <array>
#include <string_view>

#include "common/options/program.hpp"

namespace pt::manual {

/// "pt-x", as "pt-x scan" is, too; "pt-x check" takes files, "pt-x wait" hosts, port specs and a
/// command.
inline Program program_with_commands() {
    static constexpr std::array<std::string_view, 2> colours{"red", "blue"};
    const Option colour{.name = "colour",
                        .value = "WORD",
                        .section = "Output",
                        .help = "use it",
                        .kind = ValueKind::word,
                        .words = colours};
    const Option quiet{.name = "quiet", .letter = 'q', .section = "Output", .help = "say less"};
    return {.name = "pt-x",
            .purpose = "do it",
            .description = "Does it.",
            .usage = {"pt-x [COMMAND] SPEC..."},
            .examples_note = "at first",
            .examples = {{"pt-x tcp/1", "one"}},
            .options = {quiet},
            .chapters = {},
            .takes_hosts = true,
            .commands = {{.name = "check",
                          .purpose = "compare what's there",
                          .description = "Compares.",
                          .usage = {"pt-x check FILE"},
                          .examples_note = "",
                          .examples = {},
                          .options = {colour},
                          .chapters = {},
                          .takes_files = true},
                         {.name = "wait",
                          .purpose = "wait for it",
                          .description = "Waits.",
                          .usage = {"pt-x wait SPEC... [-- COMMAND]"},
                          .examples_note = "",
                          .examples = {{"pt-x wait tcp/1", "one"}},
                          .options = {quiet, colour},
                          .chapters = {},
                          .takes_hosts = true,
                          .takes_command = true}},
            .default_command = "scan"};
}

}  // namespace pt::manual
