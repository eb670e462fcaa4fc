#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace pt::server {

/// Of one argument of a system call: these bits of it have this value. The others are not looked
/// at; by default they are those that the kernel does not look at either, as it takes an int.
struct ArgumentCheck {
    unsigned index = 0;
    std::uint64_t value = 0;
    std::uint64_t mask = 0xffff'ffffU;
};

/// What a system call is there for, if not for every server.
enum class CallPurpose {
    always,
    reload,     ///< only with --config: reading it again, opening ports
    files,      ///< only with --journal-file or --ready-file: making, replacing and removing them
    every_port  ///< only with --all
};

/// One system call that a running server may make. A call that is in the table more than once may
/// be made in each of the ways.
struct AllowedCall {
    static constexpr std::size_t max_checks = 3;

    std::string_view name;  ///< as in syscalls(2)
    CallPurpose purpose = CallPurpose::always;
    std::string_view limits;  ///< its checks, for readers; "" for none
    std::string_view reason;
    /// All must hold. What has a mask of 0 is no check.
    std::array<ArgumentCheck, max_checks> checks{{{0, 0, 0}, {0, 0, 0}, {0, 0, 0}}};
};

/// Sorted by purpose and name. Calls that only one architecture has are in it, too.
std::span<const AllowedCall> allowed_calls();

}  // namespace pt::server
