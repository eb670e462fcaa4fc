#include "server/app/lockdown.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include "common/core/safe_text.hpp"
#include "common/net/log.hpp"
#include "server/app/call_filter.hpp"
#include "server/app/confinement.hpp"
#include "server/app/file_place.hpp"
#include "server/app/privileges.hpp"

namespace pt::server {
namespace {

using net::field;
using net::log;
using net::LogKey;
using net::LogLevel;

/// Of a file that may be replaced: where it is, and where its link leads to today.
void add_folders(std::vector<std::string>& folders, const std::string& file) {
    folders.push_back(folder_of(file));
    std::error_code error;
    const auto behind_links = std::filesystem::canonical(file, error);
    if (!error) {
        folders.push_back(behind_links.parent_path().string());
    }
}

StillNeeded still_needed(const Options& options, const Settings& command_line,
                         const std::string& watched_folder) {
    StillNeeded needed;
    // The counters of the kernel, the settings that a reload looks at, the time zone of log lines.
    needed.read_folders = {"/proc", "/etc/localtime", "/usr/share/zoneinfo"};
    if (!watched_folder.empty()) {
        needed.read_folders.push_back(watched_folder);
    }
    if (command_line.config_file) {
        needed.binds_tcp = true;
        add_folders(needed.read_folders, *command_line.config_file);
    }
    if (options.keys_file) {
        add_folders(needed.read_folders, *options.keys_file);
    }
    for (const auto& file : {options.journal_file, options.ready_file}) {
        if (file) {
            needed.written_folders.push_back(folder_of(*file));
        }
    }
    return needed;
}

FileUses uses_of(const Options& options, const Settings& command_line) {
    FileUses uses;
    if (command_line.config_file) {
        uses.read.push_back(*command_line.config_file);
    }
    for (const auto& file : {options.journal_file, options.ready_file}) {
        if (file) {
            uses.written.push_back(*file);
        }
    }
    return uses;
}

void drop_capabilities(const Options& options, bool may_reload,
                       const std::optional<Account>& account) {
    KeptPrivileges kept{.file_access = false, .low_ports = may_reload};
    for (const auto& file : {options.journal_file, options.ready_file}) {
        kept.file_access = kept.file_access || (!account && file && needs_file_access(*file));
    }
    const auto error = drop_privileges(kept, account);
    if (error && account) {
        throw std::system_error{error, "failed to become the user " + account->name};
    }
    if (error) {
        log(LogLevel::warn, "cannot give up capabilities: {error}", field<LogKey::error>(error));
    } else if (kept.file_access) {
        log(LogLevel::info,
            "keeps the capability {capability}: a folder that it writes to is another user's",
            field<LogKey::capability>("CAP_DAC_OVERRIDE"));
    }
    if (account) {
        log(LogLevel::info, "runs as {user} from now on", field<LogKey::user>(account->name));
    }
}

}  // namespace

Expected<std::optional<Account>> choose_account(const Options& options,
                                                const Settings& command_line) {
    if (!options.user && geteuid() != 0) {
        return std::optional<Account>{};
    }
    std::ifstream passwd{"/etc/passwd"};
    const auto account =
        options.user ? find_account(passwd, *options.user) : unprivileged_account(passwd);
    if (!account) {
        return UsageError{"user " + quote_word(*options.user) +
                          ": not known here: a name in /etc/passwd or a number is allowed"};
    }
    if (account->user == geteuid() && account->user == getuid()) {
        return std::optional<Account>{};
    }
    const auto complaint = account_complaint(*account, uses_of(options, command_line));
    if (complaint.empty()) {
        return account;
    }
    if (options.user) {
        return UsageError{"user " + quote_word(*options.user) + ": " + complaint};
    }
    log(LogLevel::info, "stays user {user}, without its capabilities: {reason}",
        field<LogKey::user>("0"), field<LogKey::reason>(complaint));
    return std::optional<Account>{};
}

void lock_down(const Options& options, const Settings& command_line,
               const std::optional<Account>& account, const std::string& watched_folder) {
    drop_capabilities(options, command_line.config_file.has_value(), account);
    const auto confined = confine(still_needed(options, command_line, watched_folder));
    if (!confined) {
        log(LogLevel::warn, "cannot give up access to files: {error}",
            field<LogKey::error>(confined.error()));
    } else if (*confined == Confined::nothing) {
        log(LogLevel::info, "keeps access to files: Landlock is not available");
    }
}

void give_up_calls(const Options& options, const Settings& command_line) {
    const CallNeeds needs{.reload = command_line.config_file.has_value(),
                          .files = options.journal_file || options.ready_file,
                          .every_port = !options.all_ports.empty()};
    if (const auto reason = filter_calls(needs)) {
        log(LogLevel::info, "keeps all system calls: {reason}", field<LogKey::reason>(*reason));
    }
}

}  // namespace pt::server
