// For LD_PRELOAD: makes calls of one libc function fail, and counts the calls of all that it knows.
// PT_FAULT is "CALL ERROR FIRST LAST EVERY": of the calls of CALL, numbered from 1 in all threads
// of the process, those from FIRST to LAST fail, or each EVERYth of them, and give ERROR (errno;
// EAI_ of getaddrinfo). The call is not made then. The CALL "malloc" is every allocation.
// PT_FAULT_COUNTS names a file: a 64-bit number of calls for each of the names below, in their
// order, then one of those that failed.
//
// A call that is replaced takes up to six integers or pointers, which the calling conventions of
// x86-64 and AArch64 pass in registers, whatever their types.
#include <dlfcn.h>
#include <sys/syscall.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

// The first two return their error, the next one null, the others -1; these set errno.
#define PT_CALLS(CALL)    \
    CALL(getaddrinfo)     \
    CALL(pthread_create)  \
    CALL(fopen64)         \
    CALL(accept4)         \
    CALL(bind)            \
    CALL(close)           \
    CALL(connect)         \
    CALL(epoll_create1)   \
    CALL(epoll_ctl)       \
    CALL(epoll_wait)      \
    CALL(eventfd)         \
    CALL(fcntl)           \
    CALL(fstat)           \
    CALL(getpeername)     \
    CALL(getrandom)       \
    CALL(getsockname)     \
    CALL(getsockopt)      \
    CALL(ioctl)           \
    CALL(listen)          \
    CALL(lstat)           \
    CALL(mmap)            \
    CALL(open)            \
    CALL(openat)          \
    CALL(pipe)            \
    CALL(poll)            \
    CALL(prctl)           \
    CALL(read)            \
    CALL(recv)            \
    CALL(recvfrom)        \
    CALL(recvmmsg)        \
    CALL(recvmsg)         \
    CALL(rename)          \
    CALL(send)            \
    CALL(sendmmsg)        \
    CALL(sendto)          \
    CALL(setgroups)       \
    CALL(setresgid)       \
    CALL(setresuid)       \
    CALL(setrlimit)       \
    CALL(setsockopt)      \
    CALL(shutdown)        \
    CALL(socket)          \
    CALL(stat)            \
    CALL(syscall)         \
    CALL(timerfd_create)  \
    CALL(timerfd_settime) \
    CALL(unlink)          \
    CALL(write)           \
    CALL(writev)

#define PT_ENUMERATOR(name) number_of_##name,
enum Call : std::size_t { PT_CALLS(PT_ENUMERATOR) number_of_malloc, call_count };
#define PT_NAME(name) #name,
constexpr std::array<const char*, call_count> names{PT_CALLS(PT_NAME) "malloc"};
constexpr std::size_t returning_error = 2;
constexpr std::size_t returning_error_or_null = 3;

struct Counts {
    std::array<std::atomic<std::int64_t>, call_count> calls;
    std::atomic<std::int64_t> failures;
};

Counts own_counts;
Counts* counts = &own_counts;
std::size_t failing = call_count;  // none
int error_given = 0;
std::int64_t first = 0;
std::int64_t last = 0;
std::int64_t every = 1;
std::atomic<bool> ready{false};

template <typename Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));  // dlsym(3)
}

bool fails(std::size_t call) {
    if (!ready) {
        return false;
    }
    const std::int64_t number = ++counts->calls[call];
    if (call != failing || number < first || number > last || (number - first) % every != 0) {
        return false;
    }
    ++counts->failures;
    errno = error_given;
    return true;
}

using Generic = long (*)(long, long, long, long, long, long);

/// Found at the start, or here where a library calls before that: dlsym(3) may make calls that the
/// server's filter does not allow.
std::array<Generic, call_count> reals{};

long call(std::size_t number, long a, long b, long c, long d, long e, long f) {
    Generic& real = reals[number];
    if (real == nullptr) {
        real = next<Generic>(names[number]);
    }
    const bool waits = number == number_of_syscall && a == SYS_futex;  // the C++ library's locks
    if (!waits && fails(number)) {
        if (number == number_of_close) {
            real(a, b, c, d, e, f);  // it is closed all the same (close(2))
            errno = error_given;
        }
        return number < returning_error ? error_given : number < returning_error_or_null ? 0 : -1;
    }
    return real(a, b, c, d, e, f);
}

void map_counts(const char* path) {
    constexpr long read_write = 2;
    constexpr long shared = 1;
    const long file = next<Generic>("open")(reinterpret_cast<long>(path), read_write, 0, 0, 0, 0);
    const long memory = next<Generic>("mmap")(0, sizeof(Counts), read_write | 1, shared, file, 0);
    next<Generic>("close")(file, 0, 0, 0, 0, 0);
    if (memory != -1) {
        counts = reinterpret_cast<Counts*>(memory);
    }
}

[[gnu::constructor]] void set_up() {
    for (std::size_t number = 0; number < number_of_malloc; ++number) {
        reals[number] = next<Generic>(names[number]);
    }
    if (const char* const path = std::getenv("PT_FAULT_COUNTS")) {
        map_counts(path);
    }
    if (const char* const fault = std::getenv("PT_FAULT")) {
        std::istringstream words{fault};
        std::string name;
        words >> name >> error_given >> first >> last >> every;
        for (std::size_t number = 0; number < names.size(); ++number) {
            if (name == names[number]) {
                failing = number;
            }
        }
    }
    ready = true;
}

}  // namespace

extern "C" {

// Under an assembler name of their own: the headers declare these functions with their types.
#define PT_DEFINITION(name)                                                              \
    long replaced_##name(long a, long b, long c, long d, long e, long f) __asm__(#name); \
    long replaced_##name(long a, long b, long c, long d, long e, long f) {               \
        return call(number_of_##name, a, b, c, d, e, f);                                 \
    }
PT_CALLS(PT_DEFINITION)

void* malloc(std::size_t size) { return fails(number_of_malloc) ? nullptr : __libc_malloc(size); }
void* calloc(std::size_t count, std::size_t size) {
    return fails(number_of_malloc) ? nullptr : __libc_calloc(count, size);
}
void* realloc(void* memory, std::size_t size) {
    return fails(number_of_malloc) ? nullptr : __libc_realloc(memory, size);
}
void* memalign(std::size_t alignment, std::size_t size) {
    return fails(number_of_malloc) ? nullptr : __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) { return memalign(alignment, size); }
int posix_memalign(void** memory, std::size_t alignment, std::size_t size) {
    *memory = memalign(alignment, size);
    return *memory == nullptr ? ENOMEM : 0;
}
}
