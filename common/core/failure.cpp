#include "common/core/failure.hpp"

#include <unistd.h>

#include <boost/system/system_error.hpp>
#include <cerrno>
#include <cstdlib>
#include <new>
#include <system_error>

namespace pt {
namespace {

bool is_of_memory(const std::exception& error) {
    return dynamic_cast<const std::bad_alloc*>(&error) != nullptr;
}

}  // namespace

int failure_code(const std::exception& error) {
    int code = is_of_memory(error) ? ENOMEM : 0;
    if (const auto* const failed = dynamic_cast<const std::system_error*>(&error)) {
        code = failed->code().value();
    } else if (const auto* const of_asio =
                   dynamic_cast<const boost::system::system_error*>(&error)) {
        code = of_asio->code().value();
    }
    return code != 0 ? code : EIO;
}

namespace {

std::string_view last_line;
int last_exit_code = 0;

bool is_thrown_for_memory() {
    try {
        if (std::current_exception()) {
            throw;  // cppcheck-suppress rethrowNoCurrentException
        }
    } catch (const std::bad_alloc&) {
        return true;
    } catch (...) {
        return false;
    }
    return std::malloc(1) == nullptr;  // not even for an exception
}

[[noreturn]] void end() {
    if (is_thrown_for_memory() && write(STDERR_FILENO, last_line.data(), last_line.size()) >= 0) {
        _exit(last_exit_code);
    }
    std::abort();
}

}  // namespace

void end_where_memory_is_out(std::string_view line, int exit_code) {
    last_line = line;
    last_exit_code = exit_code;
    std::set_terminate(end);
}

std::string_view failure_text(const std::exception& error) {
    if (is_of_memory(error)) {
        return "out of memory";
    }
    const std::string_view text = error.what();
    const bool of_asio = dynamic_cast<const boost::system::system_error*>(&error) != nullptr;
    return of_asio ? text.substr(0, text.find(" [")) : text;  // where in its source it came up
}

}  // namespace pt
