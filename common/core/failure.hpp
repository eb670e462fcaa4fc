#pragma once

#include <exception>
#include <string_view>

namespace pt {

/// What an exception tells of this machine, errno: ENOMEM where memory ran out, EIO where it does
/// not say.
int failure_code(const std::exception& error);

/// In the words of users. Allocates nothing; lives as long as the exception.
std::string_view failure_text(const std::exception& error);

/// Where memory runs out in a function that cannot throw, as in a destructor of Asio's: the process
/// says so in a line, "PROGRAM: out of memory", and ends with this exit code instead of a core
/// dump. `line` is with its line end, and lives on.
void end_where_memory_is_out(std::string_view line, int exit_code);

}  // namespace pt
