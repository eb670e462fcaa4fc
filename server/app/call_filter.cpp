#include "server/app/call_filter.hpp"

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <bit>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include "server/app/allowed_calls.hpp"

namespace pt::server {
namespace {

// The kernel's BPF is made here, from the names and numbers of libseccomp: its own generator
// (2.5.4) does not survive that memory runs out, and may make another filter then without a word.

static_assert(std::endian::native == std::endian::little);

#if defined(__x86_64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_X86_64;
constexpr std::uint32_t first_of_x32 = 0x4000'0000;  // __X32_SYSCALL_BIT (asm/unistd.h)
#elif defined(__aarch64__)
constexpr std::uint32_t architecture = AUDIT_ARCH_AARCH64;
constexpr std::uint32_t first_of_x32 = 0xffff'ffff;
#else
constexpr std::uint32_t architecture = 0;
constexpr std::uint32_t first_of_x32 = 0;
#endif

using Program = std::vector<sock_filter>;

void add(Program& program, unsigned code, std::size_t operand, unsigned if_true = 0,
         unsigned if_false = 0) {
    program.push_back({static_cast<std::uint16_t>(code), static_cast<std::uint8_t>(if_true),
                       static_cast<std::uint8_t>(if_false), static_cast<std::uint32_t>(operand)});
}

void load(Program& program, std::size_t offset) { add(program, BPF_LD | BPF_W | BPF_ABS, offset); }

void load_number(Program& program) { load(program, offsetof(seccomp_data, nr)); }

void end(Program& program, std::uint32_t action) { add(program, BPF_RET | BPF_K, action); }

bool is_needed(CallPurpose purpose, const CallNeeds& needs) {
    switch (purpose) {
        case CallPurpose::always: return true;
        case CallPurpose::reload: return needs.reload;
        case CallPurpose::files: return needs.files;
        case CallPurpose::every_port: return needs.every_port;
    }
    return true;
}

/// The number of the call is loaded before, and after it if it is not allowed here.
void allow(Program& program, const AllowedCall& call) {
    const int number = seccomp_syscall_resolve_name(std::string{call.name}.c_str());
    if (number < 0) {
        return;  // this architecture does not have it
    }
    Program checks;
    for (const auto& check : call.checks) {
        if (check.mask != 0) {
            load(checks, offsetof(seccomp_data, args) + check.index * sizeof(std::uint64_t));
            add(checks, BPF_ALU | BPF_AND | BPF_K, check.mask);
            add(checks, BPF_JMP | BPF_JEQ | BPF_K, check.value, 0, 0);
        }
    }
    constexpr std::size_t of_one = 3;
    for (std::size_t place = of_one - 1; place < checks.size(); place += of_one) {
        checks[place].jf = static_cast<std::uint8_t>(checks.size() - place);  // behind the RET
    }
    const bool has_checks = !checks.empty();
    add(program, BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(number), 0,
        static_cast<unsigned>(checks.size() + (has_checks ? 2 : 1)));
    program.insert(program.end(), checks.begin(), checks.end());
    end(program, SECCOMP_RET_ALLOW);
    if (has_checks) {
        load_number(program);
    }
}

Program program_for(const CallNeeds& needs) {
    Program program;
    load(program, offsetof(seccomp_data, arch));
    add(program, BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0);
    end(program, SECCOMP_RET_KILL_PROCESS);
    load_number(program);
    add(program, BPF_JMP | BPF_JGE | BPF_K, first_of_x32, 0, 1);
    end(program, SECCOMP_RET_KILL_PROCESS);
    for (const auto& call : allowed_calls()) {
        if (is_needed(call.purpose, needs)) {
            allow(program, call);
        }
    }
    end(program, SECCOMP_RET_KILL_PROCESS);
    return program;
}

std::string last_error() { return "seccomp: " + std::generic_category().message(errno); }

}  // namespace

std::optional<std::string> filter_calls(const CallNeeds& needs) {
#ifdef PT_INSTRUMENTED
    static_cast<void>(needs);
    return "this build is for tests: what checks it makes calls of its own";
#endif
    if constexpr (architecture == 0) {
        return "not known for this architecture";
    }
    Program program = program_for(needs);
    const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return last_error();
    }
    // Once it is loaded, nothing is allowed that the table does not have: it is the last call.
    const long thread =
        syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &filter);
    if (thread > 0) {
        return "seccomp: thread " + std::to_string(thread) + " has another filter";
    }
    return thread == 0 ? std::nullopt : std::optional{last_error()};
}

}  // namespace pt::server
