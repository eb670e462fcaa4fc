#include "server/app/lockdown.hpp"

#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include "common/net/log.hpp"
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

StillNeeded still_needed(const Options& options, const Settings& command_line) {
    StillNeeded needed;
    // The counters of the kernel, the settings that a reload looks at, the time zone of log lines.
    needed.read_folders = {"/proc", "/etc/localtime", "/usr/share/zoneinfo"};
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

void drop_capabilities(const Options& options, bool may_reload) {
    KeptPrivileges kept{.file_access = false, .low_ports = may_reload};
    for (const auto& file : {options.journal_file, options.ready_file}) {
        kept.file_access = kept.file_access || (file && needs_file_access(*file));
    }
    if (const auto error = drop_privileges(kept)) {
        log(LogLevel::warn, "cannot give up capabilities: {error}", field<LogKey::error>(error));
    } else if (kept.file_access) {
        log(LogLevel::info,
            "keeps the capability {capability}: a folder that it writes to is another user's",
            field<LogKey::capability>("CAP_DAC_OVERRIDE"));
    }
}

}  // namespace

void lock_down(const Options& options, const Settings& command_line) {
    drop_capabilities(options, command_line.config_file.has_value());
    const auto confined = confine(still_needed(options, command_line));
    if (!confined) {
        log(LogLevel::warn, "cannot give up access to files: {error}",
            field<LogKey::error>(confined.error()));
    } else if (*confined == Confined::nothing) {
        log(LogLevel::info, "keeps access to files: Landlock is not available");
    }
}

}  // namespace pt::server
