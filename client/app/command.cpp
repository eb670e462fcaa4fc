#include "client/app/command.hpp"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <ostream>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"

namespace pt::client {

Command::Command(std::vector<std::string> words)
    : words_{std::move(words)}, limit_known_{getrlimit(RLIMIT_NOFILE, &descriptors_) == 0} {
    for (const int number : {SIGINT, SIGTERM}) {  // a shell's background jobs ignore SIGINT
        struct sigaction present {};
        if (sigaction(number, nullptr, &present) == 0 && present.sa_handler == SIG_IGN) {
            ignored_.push_back(number);
        }
    }
}

int Command::execute(std::ostream& errors) const {
    constexpr int not_found = 127;
    constexpr int not_executable = 126;
    std::vector<char*> arguments;
    for (const auto& word : words_) {
        arguments.push_back(const_cast<char*>(word.c_str()));  // execvp(3) does not write there
    }
    arguments.push_back(nullptr);
    for (const int number : ignored_) {
        std::signal(number, SIG_IGN);
    }
    if (limit_known_) {
        setrlimit(RLIMIT_NOFILE, &descriptors_);
    }
    execvp(arguments.front(), arguments.data());
    const int error = errno;
    errors << "pt-client: " << quote_word(words_.front())
           << " cannot be run: " << std::generic_category().message(error) << std::endl;
    return error == ENOENT ? not_found : not_executable;
}

}  // namespace pt::client
