#pragma once

#include <sys/types.h>

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pt::server {

/// A user to run as.
struct Account {
    std::string name;  ///< for messages; the number where it has no name
    uid_t user = 0;
    gid_t group = 0;

    bool operator==(const Account&) const = default;
};

/// Finds a user by name, or by number, in the text of /etc/passwd (passwd(5)). A number that is not
/// in it stands for the user and for the group of that number.
std::optional<Account> find_account(std::istream& passwd, std::string_view name_or_number);

/// "pt-server" or, where there is no such user, "nobody"; where there is neither, the number 65534,
/// which the kernel takes
/// for users that it does not know (user_namespaces(7)).
Account unprivileged_account(std::istream& passwd);

/// What a server still does with files by their names once it runs as another user.
struct FileUses {
    std::vector<std::string> read;     ///< files
    std::vector<std::string> written;  ///< files that are made, replaced and removed
};

/// Tries as a child process whether this process may become that user, and whether that one may do
/// all this. "", or one line that says what not. Only while there is one thread.
std::string account_complaint(const Account& account, const FileUses& uses);

}  // namespace pt::server
