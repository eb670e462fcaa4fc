// For LD_PRELOAD: the wall clock of a program, which a test sets forward and back. PT_CLOCK_JUMP
// names a file of 8 bytes, the seconds that are added to it, as they are at that moment. The clocks
// of the kernel stay as they are, so that the times that it notes of packets are off by as much.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

using Seconds = std::atomic<std::int64_t>;

const Seconds* map_jump() {
    const char* name = std::getenv("PT_CLOCK_JUMP");
    const int file = name == nullptr ? -1 : open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return nullptr;
    }
    void* mapped = mmap(nullptr, sizeof(Seconds), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    return mapped == MAP_FAILED ? nullptr : static_cast<const Seconds*>(mapped);
}

// Before the program begins: later it may be forbidden to open files.
const Seconds* const jump = map_jump();

}  // namespace

extern "C" int clock_gettime(clockid_t clock, timespec* time) {
    const auto result = static_cast<int>(syscall(SYS_clock_gettime, clock, time));
    if (result == 0 && clock == CLOCK_REALTIME && jump != nullptr) {
        time->tv_sec += jump->load();
    }
    return result;
}

extern "C" int gettimeofday(timeval* __restrict time, void* __restrict) {
    timespec now{};
    const int result = clock_gettime(CLOCK_REALTIME, &now);
    *time = {now.tv_sec, now.tv_nsec / 1000};
    return result;
}

extern "C" time_t time(time_t* out) {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != nullptr) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}
