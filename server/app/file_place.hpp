#pragma once

#include <string>

#include "server/cli/options.hpp"

/// Whether the files that the server is to make have a place to be made in. Told before anything is
/// bound, and as a word that is wrong, as of every other file that a command line names. What fails
/// later all the same, a full disk for instance, is a failure of this machine.
namespace pt::server {

/// "/run/pt/", and "." of a name alone.
std::string folder_of(const std::string& file);

/// Why no file can be made or removed beside this one; "" where it can.
std::string folder_complaint(const std::string& file);

/// Why this file, which lstat did not find for that reason (errno), cannot be made; "" where it
/// can.
std::string place_complaint(const std::string& file, int failure);

/// Whether files beside this one can be made and removed only by the capability to write those of
/// other users (CAP_DAC_OVERRIDE), as far as the folder's mode tells.
bool needs_file_access(const std::string& file);

/// Of --journal-file, which is replaced at every turn: what is there must be a server's.
[[nodiscard]] Expected<void> check_journal_file(const Options& options);

}  // namespace pt::server
