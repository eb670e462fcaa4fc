// The system calls that a running pt-server may make, as the table of server/README.md.
#include <cstdio>
#include <string>

#include "server/app/allowed_calls.hpp"

namespace {

using pt::server::CallPurpose;

std::string heading(CallPurpose purpose) {
    switch (purpose) {
        case CallPurpose::always: return "always";
        case CallPurpose::reload: return "with `--config`";
        case CallPurpose::files: return "with `--journal-file` or `--ready-file`";
        case CallPurpose::every_port: return "with `--all`";
    }
    return "";
}

}  // namespace

int main() {
    std::puts("| system call | limits | when | for |\n|---|---|---|---|");
    for (const auto& call : pt::server::allowed_calls()) {
        const std::string limits{call.limits};
        std::printf("| `%s` | %s | %s | %s |\n", std::string{call.name}.c_str(), limits.c_str(),
                    heading(call.purpose).c_str(), std::string{call.reason}.c_str());
    }
    return 0;
}
