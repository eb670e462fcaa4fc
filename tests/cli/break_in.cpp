// For LD_PRELOAD: what someone who has taken over a program would try, at SIGUSR1. Says on standard
// error how each of it ended, a line each: "open: Permission denied". PT_BREAK_IN names a file to
// read, a file to make and a TCP port of loopback to connect to, separated by spaces.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

namespace {

void say(const char* what, bool done) {
    dprintf(STDERR_FILENO, "%s: %s\n", what, done ? "done" : std::strerror(errno));
}

void break_in(int) {
    std::istringstream words{std::getenv("PT_BREAK_IN")};
    std::string to_read;
    std::string to_make;
    std::uint16_t port = 0;
    words >> to_read >> to_make >> port;
    say("read", open(to_read.c_str(), O_RDONLY | O_CLOEXEC) >= 0);
    say("make", open(to_make.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): as connect(2) wants it
    const auto* const peer = reinterpret_cast<const sockaddr*>(&address);
    say("connect", connect(connection, peer, sizeof address) == 0);
    say("dump", prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 || (errno = EPERM, false));
    say("gain", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 || (errno = EPERM, false));
    execl("/bin/true", "true", nullptr);
    say("execute", false);
}

[[gnu::constructor]] void set_up() { std::signal(SIGUSR1, break_in); }

}  // namespace
