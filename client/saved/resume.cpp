#include "client/saved/resume.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <tuple>
#include <utility>

#include "client/options/read_file.hpp"
#include "client/saved/past_result.hpp"
#include "client/saved/scan_file.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

auto key(const Result& result) { return std::tie(result.host, result.endpoint); }

bool is_of(const IpAddress& address, net::AddressFamily family) {
    switch (family) {
        case net::AddressFamily::any: return true;
        case net::AddressFamily::v4: return address.is_v4();
        case net::AddressFamily::v6: return !address.is_v4();
    }
    return false;
}

bool is_same_file(const std::string& name, int descriptor) {
    struct stat one {};
    struct stat other {};
    return stat(name.c_str(), &one) == 0 && fstat(descriptor, &other) == 0 &&
           one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

}  // namespace

bool names_no_target(const Options& options) {
    return options.resume && options.hosts.empty() && !options.host_file &&
           options.whole_targets.empty();
}

PastRun::PastRun(PastResults past)
    : results_{std::move(past.results)},
      cut_{cut_text(past)},
      ends_within_line_{past.ends_within_line} {
    for (const Result& result : results_) {
        if (result.host_place == hosts_.size()) {
            hosts_.push_back(result.host);
        }
    }
    std::sort(results_.begin(), results_.end(),
              [](const Result& one, const Result& other) { return key(one) < key(other); });
}

Expected<PastRun> PastRun::read(const Options& options) {
    if (!options.resume) {
        return PastRun{};
    }
    const auto what = "--resume " + quote_word(*options.resume);
    std::ifstream file;
    if (const auto failure = open_to_read(file, *options.resume); !failure.empty()) {
        return UsageError{what + " cannot be read: " + failure + wanted_file};
    }
    auto past = read_past_results(file, *options.resume);
    if (!past) {
        return UsageError{"--resume " + past.error().message + wanted_file};
    }
    PastRun run{*std::move(past)};
    run.is_standard_output_ = is_same_file(*options.resume, STDOUT_FILENO);
    if (run.empty() && names_no_target(options)) {
        return UsageError{
            what + " holds no result: give HOST SPEC... to begin with" +
            (run.is_standard_output_ ? ", and >> to append: > empties the file" : "")};
    }
    return run;
}

std::string PastRun::remark(const Options& options) const {
    if (cut_.empty()) {
        return "";
    }
    return "--resume " + quote_word(*options.resume) + ": " + cut_ +
           (names_no_target(options)
                ? "; ports that stood there are left out: give HOST SPEC... to have them tried"
                : "");
}

Targets PastRun::targets() const {
    std::map<std::string, PortSet> ports;
    for (const Result& result : results_) {
        ports[result.host].insert(result.endpoint.protocol, result.endpoint.port);
    }
    Targets targets;
    for (const std::string& host : hosts_) {
        targets.push_back({host, std::make_shared<const PortSet>(ports[host])});
    }
    return targets;
}

std::vector<IpAddress> PastRun::addresses(const std::string& host,
                                          net::AddressFamily family) const {
    std::vector<IpAddress> found;
    auto result = std::lower_bound(
        results_.begin(), results_.end(), host,
        [](const Result& one, const std::string& name) { return one.host < name; });
    for (; result != results_.end() && result->host == host; ++result) {
        const IpAddress& address = result->endpoint.address;
        const bool known = std::find(found.begin(), found.end(), address) != found.end();
        if (!known && !address.is_unspecified() && is_of(address, family)) {
            found.push_back(address);
        }
    }
    return found;
}

std::vector<Result> PastRun::take_standing(const std::optional<Key>& key,
                                           std::vector<ProbeBlock>& blocks,
                                           const std::vector<std::string>& hosts) const {
    std::vector<Result> standing;
    for (ProbeBlock& block : blocks) {
        PortSet done;
        auto result = std::lower_bound(
            results_.begin(), results_.end(), hosts[block.host],
            [](const Result& one, const std::string& name) { return one.host < name; });
        for (; result != results_.end() && result->host == hosts[block.host]; ++result) {
            const Endpoint& endpoint = result->endpoint;
            const bool proved = !key || (result->seen && result->seen->key_id == key->id);
            if (endpoint.address == block.address && stands(result->conclusion) && proved &&
                block.ports->contains(endpoint.protocol, endpoint.port)) {
                done.insert(endpoint.protocol, endpoint.port);
                standing.push_back(*result);
                standing.back().host_place = block.host;
            }
        }
        if (!done.empty()) {
            auto rest = std::make_shared<PortSet>(*block.ports);
            rest->erase(done);
            block.ports = std::move(rest);
        }
    }
    return standing;
}

}  // namespace pt::client
