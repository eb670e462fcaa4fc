#pragma once

#include <system_error>

namespace pt::server {

/// Gives up what the process needed for its start: all capabilities, those that it could pass on
/// among them, and the chance to gain any by executing a program (PR_SET_NO_NEW_PRIVS). For the
/// calling thread and those that it starts from then on.
///
/// `keep_file_access` leaves the one to write files of other users (CAP_DAC_OVERRIDE).
std::error_code drop_privileges(bool keep_file_access);

}  // namespace pt::server
