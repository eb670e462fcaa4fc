#include "server/app/account.hpp"

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdint>
#include <istream>
#include <limits>
#include <sstream>
#include <system_error>

#include "common/core/safe_text.hpp"
#include "server/app/file_place.hpp"
#include "server/app/privileges.hpp"

namespace pt::server {
namespace {

/// The highest stands for "no user" in system calls (setresuid(2)).
std::optional<std::uint32_t> parse_id(std::string_view text) {
    std::uint32_t id = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id);
    const bool valid = error == std::errc{} && end == text.data() + text.size() &&
                       id != std::numeric_limits<std::uint32_t>::max();
    return valid ? std::optional{id} : std::nullopt;
}

/// "name:password:user:group:comment:home:shell"; nothing of another line.
std::optional<Account> parse_line(const std::string& line) {
    std::istringstream words{line};
    Account account;
    std::string password;
    std::string user;
    std::string group;
    std::getline(words, account.name, ':');
    std::getline(words, password, ':');
    std::getline(words, user, ':');
    std::getline(words, group, ':');
    const auto user_id = parse_id(user);
    const auto group_id = parse_id(group);
    if (account.name.empty() || !user_id || !group_id) {
        return std::nullopt;
    }
    account.user = *user_id;
    account.group = *group_id;
    return account;
}

/// What may go wrong, as the child's exit status: then come the files, those to read first.
constexpr int cannot_become = 1;
constexpr int first_file = 2;

/// In a folder such as /tmp (S_ISVTX) a file is only its owner's to replace.
bool may_replace(const std::string& file, uid_t user) {
    struct stat folder {};
    struct stat there {};
    if (stat(folder_of(file).c_str(), &folder) != 0 ||
        access(folder_of(file).c_str(), W_OK | X_OK) != 0) {
        return false;
    }
    return (folder.st_mode & S_ISVTX) == 0 || folder.st_uid == user ||
           lstat(file.c_str(), &there) != 0 || there.st_uid == user;
}

int try_as(const Account& account, const FileUses& uses) {
    if (become(account)) {
        return cannot_become;
    }
    int status = first_file;
    for (const auto& file : uses.read) {
        if (access(file.c_str(), R_OK) != 0) {
            return status;
        }
        ++status;
    }
    for (const auto& file : uses.written) {
        if (!may_replace(file, account.user)) {
            return status;
        }
        ++status;
    }
    return 0;
}

std::string complaint_of(int status, const Account& account, const FileUses& uses) {
    if (status == 0) {
        return "";
    }
    const auto file = static_cast<std::size_t>(status - first_file);
    if (status >= first_file && file < uses.read.size()) {
        return account.name + " cannot read " + quote_word(uses.read[file]);
    }
    if (status >= first_file && file - uses.read.size() < uses.written.size()) {
        return account.name + " cannot make or replace " +
               quote_word(uses.written[file - uses.read.size()]);
    }
    return "pt-server may not become " + account.name +
           " here: that takes the capabilities CAP_SETUID and CAP_SETGID, and a user namespace "
           "that has this user";
}

}  // namespace

std::optional<Account> find_account(std::istream& passwd, std::string_view name_or_number) {
    const auto number = parse_id(name_or_number);
    for (std::string line; std::getline(passwd, line);) {
        auto account = parse_line(line);
        if (account && (account->name == name_or_number || account->user == number)) {
            return account;
        }
    }
    return number ? std::optional{Account{std::string{name_or_number}, *number, *number}}
                  : std::nullopt;
}

Account unprivileged_account(std::istream& passwd) {
    std::ostringstream text;
    text << passwd.rdbuf();
    for (const char* const name : {"pt-server", "nobody"}) {
        std::istringstream again{text.str()};
        if (auto account = find_account(again, name); account && account->user != 0) {
            return *account;
        }
    }
    constexpr uid_t nobody = 65534;
    return {std::to_string(nobody), nobody, nobody};
}

std::string account_complaint(const Account& account, const FileUses& uses) {
    const pid_t child = fork();
    if (child == 0) {
        _exit(try_as(account, uses));
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            status = -1;
            break;
        }
    }
    if (child < 0 || !WIFEXITED(status)) {
        return "whether pt-server may become " + account.name + " cannot be tried";
    }
    return complaint_of(WEXITSTATUS(status), account, uses);
}

}  // namespace pt::server
