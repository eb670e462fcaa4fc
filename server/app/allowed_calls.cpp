#include "server/app/allowed_calls.hpp"

#include <fcntl.h>
#include <linux/netlink.h>
#include <linux/prctl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <csignal>

namespace pt::server {
namespace {

using Check = ArgumentCheck;
constexpr auto always = CallPurpose::always;
constexpr auto reload = CallPurpose::reload;
constexpr auto files = CallPurpose::files;
constexpr auto every_port = CallPurpose::every_port;

constexpr Check none{0, 0, 0};
constexpr Check not_executable{2, 0, PROT_EXEC};
constexpr Check to_read{2, 0, O_ACCMODE | O_CREAT | O_TRUNC};

/// socket(2): flags such as SOCK_NONBLOCK are in the same word.
constexpr std::uint64_t socket_type = 0xf;

/// A call with these options of a socket: setsockopt(2), getsockopt(2).
constexpr AllowedCall option(std::string_view call, CallPurpose purpose, std::uint64_t level,
                             std::uint64_t name, std::string_view text, std::string_view reason) {
    return {call, purpose, text, reason, {{{1, level}, {2, name}, none}}};
}

constexpr AllowedCall setting(std::uint64_t level, std::uint64_t name, std::string_view text) {
    return option("setsockopt", reload, level, name, text, "open a port");
}

/// termios(3) of newer C libraries; not in their headers for C++ everywhere.
constexpr std::uint64_t tcgets2 = 0x802c542a;

constexpr std::array table{
    AllowedCall{"accept4", always, "", "take connections"},
    AllowedCall{"brk", always, "", "memory"},
    AllowedCall{"clock_getres", always, "", "the kernel's tick"},
    AllowedCall{"clock_gettime", always, "", "time; processor time of a thread"},
    AllowedCall{"clock_nanosleep", always, "", "pause after an unexpected failure"},
    AllowedCall{"close", always, "", "end connections, close files"},
    AllowedCall{"epoll_ctl", always, "", "wait for sockets"},
    AllowedCall{"epoll_pwait", always, "", "wait for sockets (arm64)"},
    AllowedCall{"epoll_wait", always, "", "wait for sockets"},
    AllowedCall{"exit", always, "", "end of a thread"},
    AllowedCall{"exit_group", always, "", "end"},
    AllowedCall{"fcntl", always, "F_GETFL", "files", {{{1, F_GETFL}, none, none}}},
    AllowedCall{"fstat", always, "", "files"},
    AllowedCall{"futex", always, "", "locks"},
    AllowedCall{"getpid", always, "", "abort(3)"},
    AllowedCall{"getrandom", always, "", "the C library's allocator"},
    AllowedCall{"getsockname", always, "", "the address that a connection came to"},
    option("getsockopt", always, SOL_IP, IP_PKTOPTIONS, "IP_PKTOPTIONS",
           "TTL and TOS of a handshake"),
    option("getsockopt", always, SOL_IPV6, IPV6_2292PKTOPTIONS, "IPV6_2292PKTOPTIONS",
           "TTL and TOS of a handshake"),
    option("getsockopt", always, SOL_SOCKET, SO_MEMINFO, "SO_MEMINFO",
           "datagrams that the kernel dropped"),
    AllowedCall{"gettid", always, "", "abort(3)"},
    AllowedCall{"gettimeofday", always, "", "time"},
    AllowedCall{
        "ioctl", always, "FIONBIO", "sockets that do not block", {{{1, FIONBIO}, none, none}}},
    AllowedCall{
        "ioctl", always, "TCGETS", "whether output is a terminal", {{{1, TCGETS}, none, none}}},
    AllowedCall{"ioctl", always, "TCGETS2", "the same", {{{1, tcgets2}, none, none}}},
    AllowedCall{"lseek", always, "", "files"},
    AllowedCall{"madvise", always, "", "memory"},
    AllowedCall{"mmap", always, "not PROT_EXEC", "memory", {{not_executable, none, none}}},
    AllowedCall{"mprotect", always, "not PROT_EXEC", "memory", {{not_executable, none, none}}},
    AllowedCall{"mremap", always, "", "memory"},
    AllowedCall{"munmap", always, "", "memory"},
    AllowedCall{"nanosleep", always, "", "pause after an unexpected failure"},
    AllowedCall{"newfstatat", always, "", "files"},
    AllowedCall{"openat",
                always,
                "to read",
                "counters below /proc; the time zone",
                {{to_read, none, none}}},
    AllowedCall{"poll", always, "", "files"},
    AllowedCall{"ppoll", always, "", "files (arm64)"},
    AllowedCall{"prctl",
                always,
                "PR_SET_VMA",
                "the C library names its memory, if told to",
                {{{0, PR_SET_VMA}, none, none}}},
    AllowedCall{"read", always, "", "files; events of this process"},
    AllowedCall{"recvfrom", always, "", "the kernel's table of sockets"},
    AllowedCall{"recvmmsg", always, "", "datagrams"},
    AllowedCall{"recvmsg", always, "", "data of connections"},
    AllowedCall{"restart_syscall", always, "", "after a stop by a signal (the kernel's own)"},
    AllowedCall{"rt_sigaction", always, "", "end: default actions again"},
    AllowedCall{"rt_sigprocmask", always, "", "end of a thread; abort(3)"},
    AllowedCall{"rt_sigreturn", always, "", "after a signal"},
    AllowedCall{"sched_getaffinity", always, "", "the C library's allocator"},
    AllowedCall{"sched_yield", always, "", "locks"},
    AllowedCall{"sendmmsg", always, "", "datagrams"},
    AllowedCall{"sendmsg", always, "", "datagrams"},
    AllowedCall{"sendto", always, "", "data of connections; READY=1 to the service manager"},
    option("setsockopt", always, IPPROTO_TCP, TCP_CORK, "TCP_CORK",
           "the last data and the end in one segment"),
    option("setsockopt", always, SOL_SOCKET, SO_RCVTIMEO, "SO_RCVTIMEO",
           "the kernel's table of sockets"),
    AllowedCall{"shutdown", always, "", "end connections"},
    AllowedCall{"socket",
                always,
                "AF_NETLINK, NETLINK_SOCK_DIAG",
                "the kernel's table of sockets",
                {{{0, AF_NETLINK}, {2, NETLINK_SOCK_DIAG}, none}}},
    AllowedCall{"tgkill", always, "SIGABRT", "abort(3)", {{{2, SIGABRT}, none, none}}},
    AllowedCall{"time", always, "", "time"},
    AllowedCall{"timerfd_settime", always, "", "timers"},
    AllowedCall{"write", always, "", "output, log; events of this process"},
    AllowedCall{"writev", always, "", "output, log"},

    AllowedCall{"bind", reload, "", "open a port"},
    AllowedCall{"ioctl",
                reload,
                "SIOCGIFINDEX",
                "an address such as fe80::1%eth0",
                {{{1, SIOCGIFINDEX}, none, none}}},
    AllowedCall{"listen", reload, "", "open a port"},
    AllowedCall{"prlimit64",
                reload,
                "of pt-server itself",
                "how many ports there is room for",
                {{{0, 0}, none, none}}},
    setting(SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR"),
    setting(SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT"),
    setting(SOL_SOCKET, SO_TIMESTAMPNS, "SO_TIMESTAMPNS"),
    setting(SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF"),
    setting(SOL_SOCKET, SO_RCVBUFFORCE, "SO_RCVBUFFORCE"),
    setting(SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF"),
    setting(SOL_SOCKET, SO_SNDBUFFORCE, "SO_SNDBUFFORCE"),
    setting(IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"),
    setting(SOL_IP, IP_PKTINFO, "IP_PKTINFO"),
    setting(SOL_IP, IP_RECVTOS, "IP_RECVTOS"),
    setting(SOL_IP, IP_RECVTTL, "IP_RECVTTL"),
    setting(SOL_IPV6, IPV6_RECVHOPLIMIT, "IPV6_RECVHOPLIMIT"),
    setting(SOL_IPV6, IPV6_RECVPKTINFO, "IPV6_RECVPKTINFO"),
    setting(SOL_IPV6, IPV6_RECVTCLASS, "IPV6_RECVTCLASS"),
    setting(SOL_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY"),
    AllowedCall{"socket",
                reload,
                "AF_INET, SOCK_DGRAM",
                "open a port",
                {{{0, AF_INET}, {1, SOCK_DGRAM, socket_type}, none}}},
    AllowedCall{"socket",
                reload,
                "AF_INET, SOCK_STREAM",
                "open a port",
                {{{0, AF_INET}, {1, SOCK_STREAM, socket_type}, none}}},
    AllowedCall{"socket",
                reload,
                "AF_INET6, SOCK_DGRAM",
                "open a port",
                {{{0, AF_INET6}, {1, SOCK_DGRAM, socket_type}, none}}},
    AllowedCall{"socket",
                reload,
                "AF_INET6, SOCK_STREAM",
                "open a port",
                {{{0, AF_INET6}, {1, SOCK_STREAM, socket_type}, none}}},
    AllowedCall{"socket",
                reload,
                "AF_UNIX, SOCK_DGRAM",
                "an address such as fe80::1%eth0",
                {{{0, AF_UNIX}, {1, SOCK_DGRAM, socket_type}, none}}},

    AllowedCall{"openat", files, "", "make a file"},
    AllowedCall{"rename", files, "", "replace the journal file"},
    AllowedCall{"renameat", files, "", "replace the journal file (arm64)"},
    AllowedCall{"unlink", files, "", "remove a file"},
    AllowedCall{"unlinkat", files, "", "remove a file (arm64)"},

    AllowedCall{
        "fcntl", every_port, "F_SETFD", "the cgroups of a container", {{{1, F_SETFD}, none, none}}},
    AllowedCall{"getdents64", every_port, "", "the cgroups of a container"},
};

}  // namespace

std::span<const AllowedCall> allowed_calls() { return table; }

}  // namespace pt::server
