#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <thread>

namespace pt::test {

/// From now on, every such system call (SYS_...) of the calling thread fails with this errno. That
/// cannot be undone while the thread lives (seccomp(2)).
inline void fail_calls(long call, int error) {
    const auto number = static_cast<std::uint32_t>(call);
    const auto failure =
        static_cast<std::uint32_t>(SECCOMP_RET_ERRNO) | static_cast<std::uint32_t>(error);
    std::array<sock_filter, 4> filter{
        {{BPF_LD | BPF_W | BPF_ABS, 0, 0, std::uint32_t{offsetof(seccomp_data, nr)}},
         {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, number},
         {BPF_RET | BPF_K, 0, 0, failure},
         {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW}}};
    const sock_fprog program{filter.size(), filter.data()};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        throw std::system_error{errno, std::system_category(), "seccomp"};
    }
}

/// Runs `action` in a thread whose calls of this kind fail, and waits for its end.
template <typename Action>
void with_failing_call(long call, int error, Action action) {
    std::thread{[&] {
        fail_calls(call, error);
        action();
    }}.join();
}

}  // namespace pt::test
