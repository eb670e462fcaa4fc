#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <deque>
#include <iosfwd>
#include <string>
#include <vector>

namespace pt::client {

/// The command that `pt-client watch` runs at each change: one at a time and in order, with its
/// standard output on stderr, as results go to stdout.
class ChangeCommand {
public:
    /// `NAME=value`, added to this program's environment.
    using Facts = std::vector<std::string>;

    /// `words` is the program and its arguments; none: nothing is ever run. To be made before a
    /// scan raises this process's limits, since the command is to find what it would have found
    /// without us. References outlive it.
    ChangeCommand(boost::asio::io_context& context, std::vector<std::string> words,
                  std::ostream& errors);

    void run(Facts facts);
    /// Nobody waits any more: those whose turn has not come are started at once.
    void end();

private:
    static constexpr std::size_t max_waiting = 64;

    void start_next();
    pid_t spawn(const Facts& facts);
    void wait_for_child();

    boost::asio::signal_set children_;
    std::vector<std::string> words_;
    std::ostream& errors_;
    rlimit descriptors_{};
    bool limit_known_;
    std::deque<Facts> waiting_;
    pid_t running_ = 0;  ///< 0: none is
    std::size_t dropped_ = 0;
};

}  // namespace pt::client
