#include "server/app/call_filter.hpp"

#include <seccomp.h>

#include <array>
#include <cerrno>
#include <memory>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>

#include "server/app/allowed_calls.hpp"

namespace pt::server {
namespace {

struct Release {
    void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<std::remove_pointer_t<scmp_filter_ctx>, Release>;

std::string text_of(int error) { return std::generic_category().message(-error); }

bool is_needed(CallPurpose purpose, const CallNeeds& needs) {
    switch (purpose) {
        case CallPurpose::always: return true;
        case CallPurpose::reload: return needs.reload;
        case CallPurpose::files: return needs.files;
        case CallPurpose::every_port: return needs.every_port;
    }
    return true;
}

/// 0 or a negated errno. What this architecture does not have, libseccomp passes over.
int allow(void* filter, const AllowedCall& call) {
    const int number = seccomp_syscall_resolve_name(std::string{call.name}.c_str());
    if (number == __NR_SCMP_ERROR) {
        return -ENOSYS;
    }
    std::array<scmp_arg_cmp, AllowedCall::max_checks> checks{};
    unsigned count = 0;
    for (const auto& check : call.checks) {
        if (check.mask != 0) {
            checks[count++] = {check.index, SCMP_CMP_MASKED_EQ, check.mask, check.value};
        }
    }
    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, number, count, checks.data());
}

}  // namespace

std::optional<std::string> filter_calls(const CallNeeds& needs) {
#ifdef PT_INSTRUMENTED
    static_cast<void>(needs);
    return "this build is for tests: what checks it makes calls of its own";
#endif
    const auto architecture = seccomp_arch_native();
    if (architecture != SCMP_ARCH_X86_64 && architecture != SCMP_ARCH_AARCH64) {
        return "not known for this architecture";
    }
    const Filter filter{seccomp_init(SCMP_ACT_KILL_PROCESS)};
    if (!filter) {
        return "seccomp is not available";
    }
    for (const auto& [attribute, value] :
         {std::pair{SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS},
          std::pair{SCMP_FLTATR_CTL_TSYNC, 1U}, std::pair{SCMP_FLTATR_API_SYSRAWRC, 1U}}) {
        if (const int error = seccomp_attr_set(filter.get(), attribute, value); error != 0) {
            return "seccomp: " + text_of(error);
        }
    }
    for (const auto& call : allowed_calls()) {
        if (is_needed(call.purpose, needs)) {
            if (const int error = allow(filter.get(), call); error != 0) {
                return "seccomp: " + std::string{call.name} + ": " + text_of(error);
            }
        }
    }
    const int error = seccomp_load(filter.get());
    return error == 0 ? std::nullopt : std::optional{"seccomp: " + text_of(error)};
}

}  // namespace pt::server
