#include "common/options/commands.hpp"

namespace pt {

std::vector<CommandRow> command_rows(const Program& program) {
    std::vector<CommandRow> rows;
    if (program.commands.empty()) {
        return rows;
    }
    if (!program.default_command.empty()) {
        rows.push_back({program.default_command, std::string{program.purpose} + " (default)"});
    }
    for (const auto& command : program.commands) {
        rows.push_back({command.name, std::string{command.purpose}});
    }
    return rows;
}

std::string full_name(const Program& program, std::string_view command) {
    return std::string{program.name} + '-' + std::string{command};
}

}  // namespace pt
