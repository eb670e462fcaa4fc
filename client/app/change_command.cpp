#include "client/app/change_command.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <ostream>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// posix_spawn(3) takes pointers that it does not write to.
std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (const auto& text : texts) {
        pointers.push_back(const_cast<char*>(text.c_str()));
    }
    return pointers;
}

}  // namespace

ChangeCommand::ChangeCommand(boost::asio::io_context& context, std::vector<std::string> words,
                             std::ostream& errors)
    : children_{context},
      words_{std::move(words)},
      errors_{errors},
      limit_known_{getrlimit(RLIMIT_NOFILE, &descriptors_) == 0} {
    if (!words_.empty()) {
        children_.add(SIGCHLD);
    }
}

void ChangeCommand::run(Facts facts) {
    if (words_.empty()) {
        return;
    }
    if (waiting_.size() == max_waiting) {
        if (dropped_++ == 0) {
            errors_ << "pt-client: " << quote_word(words_.front())
                    << " takes too long: it is not run for some changes" << std::endl;
        }
        return;
    }
    waiting_.push_back(std::move(facts));
    start_next();
}

void ChangeCommand::start_next() {
    while (running_ == 0 && !waiting_.empty()) {
        running_ = spawn(waiting_.front());
        waiting_.pop_front();
        if (running_ != 0) {
            wait_for_child();
        }
    }
}

void ChangeCommand::wait_for_child() {
    children_.async_wait([this](boost::system::error_code error, int) {
        if (error || running_ == 0) {
            return;
        }
        if (waitpid(running_, nullptr, WNOHANG) == 0) {
            wait_for_child();
            return;
        }
        running_ = 0;
        start_next();
    });
}

/// 0 where it could not be run.
pid_t ChangeCommand::spawn(const Facts& facts) {
    auto arguments = pointers_to(words_);
    arguments.push_back(nullptr);
    auto environment = pointers_to(facts);
    for (char** entry = environ; *entry != nullptr; ++entry) {
        environment.push_back(*entry);
    }
    environment.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);

    rlimit raised{};
    const bool lowered = limit_known_ && getrlimit(RLIMIT_NOFILE, &raised) == 0 &&
                         setrlimit(RLIMIT_NOFILE, &descriptors_) == 0;
    pid_t child = 0;
    const int error = posix_spawnp(&child, arguments.front(), &actions, nullptr, arguments.data(),
                                   environment.data());
    if (lowered) {
        setrlimit(RLIMIT_NOFILE, &raised);
    }
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        errors_ << "pt-client: " << quote_word(words_.front())
                << " cannot be run: " << std::generic_category().message(error) << std::endl;
        return 0;
    }
    return child;
}

void ChangeCommand::end() {
    for (const Facts& facts : std::exchange(waiting_, {})) {
        spawn(facts);
    }
}

}  // namespace pt::client
