#pragma once

#include <sys/resource.h>

#include <iosfwd>
#include <string>
#include <vector>

namespace pt::client {

/// The command behind "--", which takes this program's place once the wait is over: same process,
/// so signals and the exit status are its own, and nothing stands between it and who waits for it.
class Command {
public:
    /// `words` is the program and its arguments. To be made before a run raises this process's
    /// limits and takes signals, since the command is to find what it would have found without us.
    explicit Command(std::vector<std::string> words);

    /// Looks for the program as a shell does. Returns only where it cannot be run, with the exit
    /// status that shells give: 127 where there is no such program, else 126 (POSIX, Shell Command
    /// Language, 2.8.2).
    int execute(std::ostream& errors) const;

private:
    std::vector<std::string> words_;
    rlimit descriptors_{};
    bool limit_known_;
    std::vector<int> ignored_;  ///< signals
};

}  // namespace pt::client
