#pragma once

#include <optional>
#include <string>

#include "common/net/descriptor.hpp"
#include "server/app/notify_socket.hpp"
#include "server/cli/options.hpp"

namespace pt::server {

/// Tells whoever started the server that all its sockets are open: by a line on a descriptor that
/// it was given (s6's notification-fd), by a file, or by neither; and the service manager, if it
/// asks for that (systemd's Type=notify). What the file says ends with the server: it goes when the
/// server stops, and one that a killed server left behind goes at the next start.
///
///     Readiness readiness;
///     readiness.prepare(options);  // before anything is bound
///     readiness.connect_manager();
///     readiness.tell();            // when all is open
///     readiness.withdraw();        // when the server begins to stop
class Readiness {
public:
    Readiness() = default;
    ~Readiness() { withdraw(); }
    Readiness(const Readiness&) = delete;
    Readiness& operator=(const Readiness&) = delete;

    /// Checks that both can be told; an error where one could not.
    [[nodiscard]] Expected<void> prepare(const Options& options);

    /// Once the log is set up, and while this process may still connect.
    void connect_manager() { manager_.connect(); }

    /// Throws std::system_error where the file cannot be made after all. A descriptor that nobody
    /// reads any more is not worth an end: that is logged.
    void tell();
    /// Removes the file, if it still is the one that was made, and tells the service manager.
    void withdraw();

private:
    net::Descriptor descriptor_;
    NotifySocket manager_;
    std::string file_;  ///< "" for none
    net::Descriptor
        made_;  ///< the file, held open: its inode stands for no other until it is removed
    bool told_ = false;
};

}  // namespace pt::server
