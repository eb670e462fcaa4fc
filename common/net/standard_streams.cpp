#include "common/net/standard_streams.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace pt::net {

void hold_standard_streams() {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (fcntl(descriptor, F_GETFD) < 0) {
            // The kernel gives out the lowest free number, which is this one.
            const int opened = open("/dev/null", O_RDWR);
            static_cast<void>(opened);
        }
    }
}

}  // namespace pt::net
