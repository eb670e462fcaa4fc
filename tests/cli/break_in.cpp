// For LD_PRELOAD: what someone who has taken over a program would try, at SIGUSR1. PT_BREAK_IN says
// what, as "read FILE"; how it ended is said on standard error: "read: Permission denied".
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <map>
#include <sstream>
#include <string>

namespace {

using Try = std::function<bool(const std::string&)>;

bool refused() {
    errno = EPERM;
    return false;
}

bool connect_to(const std::string& port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(port)));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as connect(2) wants it
    const auto* const peer = reinterpret_cast<const sockaddr*>(&address);
    return connect(connection, peer, sizeof address) == 0;
}

void* map_page(int protection) {
    return mmap(nullptr, 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

bool write_to(pid_t process) {
    std::array<char, 1> byte{};
    const iovec vector{byte.data(), byte.size()};
    return process_vm_writev(process, &vector, 1, &vector, 1, 0) == 1;
}

/// setsockopt(2) of an option that is compiled and run by the kernel: a socket filter.
bool set_option(int level, int option) {
    const int value = 1;
    return setsockopt(STDIN_FILENO, level, option, &value, sizeof value) == 0;
}

template <typename... Arguments>
bool call(long number, Arguments... arguments) {
    return syscall(number, arguments...) >= 0;
}

bool open_socket(int family, int type, int protocol = 0) {
    return socket(family, type | SOCK_CLOEXEC, protocol) >= 0;
}

const std::map<std::string, Try>& tries() {
    static const std::map<std::string, Try> all{
        {"read", [](auto& file) { return open(file.c_str(), O_RDONLY | O_CLOEXEC) >= 0; }},
        {"write", [](auto& file) { return open(file.c_str(), O_WRONLY | O_CLOEXEC) >= 0; }},
        {"make",
         [](auto& file) { return open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0; }},
        {"remove", [](auto& file) { return unlinkat(AT_FDCWD, file.c_str(), 0) == 0; }},
        {"chmod", [](auto& file) { return call(SYS_fchmodat, AT_FDCWD, file.c_str(), 0777); }},
        {"link", [](auto& file) { return symlink("/", (file + ".link").c_str()) == 0; }},
        {"connect", connect_to},
        {"dump", [](auto&) { return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 || refused(); }},
        {"gain", [](auto&) { return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 || refused(); }},
        {"execute",
         [](auto&) {
             execl("/bin/true", "true", nullptr);
             return false;
         }},
        {"fork", [](auto&) { return call(SYS_clone, SIGCHLD, 0, 0, 0, 0); }},
        {"clone3", [](auto&) { return call(SYS_clone3, nullptr, 0); }},
        {"ptrace", [](auto&) { return ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) == 0; }},
        {"write-memory", [](auto&) { return write_to(1); }},
        {"signal", [](auto&) { return kill(getpid(), 0) == 0; }},
        {"signal-thread", [](auto&) { return call(SYS_tgkill, getpid(), gettid(), SIGCONT); }},
        {"packet-socket", [](auto&) { return open_socket(AF_PACKET, SOCK_RAW); }},
        {"raw-socket", [](auto&) { return open_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP); }},
        {"stream-socket", [](auto&) { return open_socket(AF_INET, SOCK_STREAM); }},
        {"unix-socket", [](auto&) { return open_socket(AF_UNIX, SOCK_STREAM); }},
        {"vsock", [](auto&) { return open_socket(AF_VSOCK, SOCK_STREAM); }},
        {"route-socket", [](auto&) { return open_socket(AF_NETLINK, SOCK_RAW, 0); }},
        {"diag-socket", [](auto&) { return open_socket(AF_NETLINK, SOCK_RAW, 4); }},
        {"socket-filter", [](auto&) { return set_option(SOL_SOCKET, SO_ATTACH_FILTER); }},
        {"protocol-module", [](auto&) { return set_option(IPPROTO_TCP, 31); }},
        {"run-memory",
         [](auto&) {
             return mprotect(map_page(PROT_READ | PROT_WRITE), 4096, PROT_READ | PROT_EXEC) == 0;
         }},
        {"map-to-run", [](auto&) { return map_page(PROT_READ | PROT_EXEC) != MAP_FAILED; }},
        {"terminal-input", [](auto&) { return call(SYS_ioctl, STDIN_FILENO, 0x5412, ""); }},
        {"bpf", [](auto&) { return call(SYS_bpf, 0, nullptr, 0); }},
        {"io-uring", [](auto&) { return call(SYS_io_uring_setup, 1, nullptr); }},
        {"user", [](auto&) { return call(SYS_setresuid, 0, 0, 0); }},
        {"namespace", [](auto&) { return call(SYS_unshare, 0x10000000); }},
        {"mount", [](auto&) { return call(SYS_mount, "", "/", "", 0, nullptr); }},
        {"keys", [](auto&) { return call(SYS_keyctl, 0, 0, 0); }},
        {"unfilter", [](auto&) { return call(SYS_seccomp, 0, 0, nullptr); }},
        {"abort", [](auto&) -> bool { std::abort(); }}};
    return all;
}

void break_in(int) {
    std::istringstream words{std::getenv("PT_BREAK_IN")};
    std::string name;
    std::string argument;
    words >> name >> argument;
    const bool done = tries().at(name)(argument);
    dprintf(STDERR_FILENO, "%s: %s\n", name.c_str(), done ? "done" : std::strerror(errno));
}

[[gnu::constructor]] void set_up() { std::signal(SIGUSR1, break_in); }

}  // namespace
