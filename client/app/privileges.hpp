#pragma once

namespace pt::client {

/// Where no command is going to be run: gives up the chance to gain privileges by executing a
/// program (PR_SET_NO_NEW_PRIVS), and all capabilities but those for the files that were named and
/// for low source ports, in case a peer or a file finds a flaw. A command would inherit that, and
/// sudo, for one, could not work. Before any thread is started. What the kernel does not take
/// stays.
void give_up_privileges();

}  // namespace pt::client
