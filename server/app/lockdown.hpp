#pragma once

#include <optional>
#include <string>

#include "common/core/expected.hpp"
#include "server/app/account.hpp"
#include "server/cli/options.hpp"

namespace pt::server {

/// The user that the server becomes once all ports are open: the one of --user; without that, if it
/// was started as root, an unprivileged one, as long as that one can still do all that is asked for
/// (why it cannot is logged). Nothing: it stays what it is. An error where --user cannot be met.
/// Before any thread is started.
[[nodiscard]] Expected<std::optional<Account>> choose_account(const Options& options,
                                                              const Settings& command_line);

/// Once all ports are open: gives up what the server does not need any more, its user,
/// capabilities, files and connections of its own. What it has to keep, or the kernel cannot take,
/// is logged. `watched_folder` is one that it goes on to look into, or "". Throws std::system_error
/// if it does not become that user.
void lock_down(const Options& options, const Settings& command_line,
               const std::optional<Account>& account, const std::string& watched_folder);

/// Once all threads run: gives up all system calls but those that it still needs. Logs if the
/// kernel cannot take them.
void give_up_calls(const Options& options, const Settings& command_line);

}  // namespace pt::server
