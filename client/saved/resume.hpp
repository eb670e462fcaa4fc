#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/options/options.hpp"
#include "client/options/targets.hpp"
#include "client/probe/probe_list.hpp"
#include "client/saved/results_file.hpp"
#include "common/core/expected.hpp"
#include "common/keys/key.hpp"

namespace pt::client {

/// Neither hosts nor ports were given: those of the file that is resumed are meant.
bool names_no_target(const Options& options);

/// --resume: a broken run taken up. What its results say about the network stands and is not asked
/// again; the rest is.
class PastRun {
public:
    /// Nothing is known yet.
    PastRun() = default;
    explicit PastRun(PastResults past);

    /// The file that the options name, read to its end; or what is wrong with it.
    static Expected<PastRun> read(const Options& options);

    bool empty() const { return results_.empty(); }
    /// Hosts and ports of the file, for a command line without any.
    Targets targets() const;
    /// The addresses that a host was tried at: the names of a resumed run are not looked up again,
    /// since another address would be another question.
    std::vector<IpAddress> addresses(const std::string& host, net::AddressFamily family) const;
    /// Takes the ports whose results stand out of the blocks. Returns these results, each with the
    /// place that its host has now. With a key only echoes stand that were made with it.
    std::vector<Result> take_standing(const std::optional<Key>& key,
                                      std::vector<ProbeBlock>& blocks,
                                      const std::vector<std::string>& hosts) const;

    /// One line about a file that is cut, where it is; else "".
    std::string remark(const Options& options) const;
    bool ends_within_line() const { return ends_within_line_; }
    /// Standard output is the very file: its results are there already, and new ones go behind.
    bool is_standard_output() const { return is_standard_output_; }

private:
    std::vector<Result> results_;  ///< by host, then endpoint
    std::vector<std::string> hosts_;
    std::string cut_;  ///< `cut_text` of the file
    bool ends_within_line_ = false;
    bool is_standard_output_ = false;
};

}  // namespace pt::client
