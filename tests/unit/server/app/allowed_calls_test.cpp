#include "server/app/allowed_calls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <seccomp.h>

#include <algorithm>
#include <string>
#include <tuple>

namespace pt::server {
namespace {

bool is_known(std::uint32_t architecture, std::string_view name) {
    return seccomp_syscall_resolve_name_arch(architecture, std::string{name}.c_str()) >= 0;
}

TEST(AllowedCalls, AreSystemCallsOfOneArchitectureAtLeast) {
    for (const auto& call : allowed_calls()) {
        EXPECT_TRUE(is_known(SCMP_ARCH_X86_64, call.name) || is_known(SCMP_ARCH_AARCH64, call.name))
            << call.name;
    }
}

/// What x86-64 has beside a newer call, arm64 has only in the newer form: it must be listed as
/// well.
TEST(AllowedCalls, AreNoFewerOnArm64) {
    std::vector<std::string_view> missing;
    for (const auto& call : allowed_calls()) {
        if (!is_known(SCMP_ARCH_AARCH64, call.name)) {
            missing.push_back(call.name);
        }
    }
    // Replaced there by epoll_pwait, ppoll, clock_gettime, renameat and unlinkat.
    EXPECT_THAT(missing, testing::ElementsAre("epoll_wait", "poll", "time", "rename", "unlink"));
}

TEST(AllowedCalls, AreSortedAndSayWhatTheyAreFor) {
    const auto calls = allowed_calls();
    EXPECT_TRUE(std::is_sorted(calls.begin(), calls.end(), [](const auto& one, const auto& other) {
        return std::tie(one.purpose, one.name) < std::tie(other.purpose, other.name);
    }));
    for (const auto& call : calls) {
        const bool is_limited =
            std::any_of(call.checks.begin(), call.checks.end(),
                        [](const ArgumentCheck& check) { return check.mask != 0; });
        EXPECT_EQ(is_limited, !call.limits.empty()) << call.name;
        EXPECT_FALSE(call.reason.empty()) << call.name;
        for (const auto& check : call.checks) {
            EXPECT_EQ(check.value & ~check.mask, 0U) << call.name << ": can never hold";
        }
    }
}

TEST(AllowedCalls, DoNotEscape) {
    for (const std::string_view name :
         {"execve", "execveat", "clone", "clone3", "fork", "vfork", "ptrace", "process_vm_writev",
          "connect", "bpf", "io_uring_setup", "setuid", "setresuid", "kill", "unshare",
          "seccomp"}) {
        for (const auto& call : allowed_calls()) {
            EXPECT_NE(call.name, name);
        }
    }
}

}  // namespace
}  // namespace pt::server
