#include "client/app/wait_words.hpp"

#include <algorithm>
#include <chrono>

#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_groups = 4;
constexpr std::size_t max_ports = 60;
constexpr std::size_t max_host = 64;
constexpr std::size_t max_reason = 100;

}  // namespace

std::string missing_reason(const Result& result) {
    const auto& conclusion = result.conclusion;
    switch (conclusion.verdict) {
        case Verdict::open:
        case Verdict::answered: return "answered, but not by pt-server";
        case Verdict::intercepted: return "something else answers for pt-server";
        case Verdict::cut: return "connected, but the data is stopped";
        case Verdict::closed: return "refused";
        case Verdict::rejected:
            return conclusion.by ? "rejected by " + conclusion.by->to_string()
                                 : "rejected on the way";
        case Verdict::filtered:
            return result.endpoint.protocol == Protocol::udp
                       ? "no answer, and over UDP only an answer counts"
                       : "no answer";
        case Verdict::unreachable:
            return conclusion.evidence == Evidence::no_route ? "no route" : "unreachable";
        case Verdict::untested: break;
    }
    if (conclusion.evidence == Evidence::local_error) {
        return local_reason(result);
    }
    return conclusion.evidence == Evidence::not_listening ? "pt-server does not listen on it"
                                                          : "not tried to the end";
}

void MissingText::add(const std::string& host, const std::string& reason, Protocol protocol,
                      Port port) {
    auto group = std::find_if(groups_.begin(), groups_.end(), [&](const Group& other) {
        return other.host == host && other.reason == reason;
    });
    if (group == groups_.end() && groups_.size() == max_groups) {
        ++more_;
        return;
    }
    if (group == groups_.end()) {
        group = groups_.insert(groups_.end(), {host, reason, {}});
    }
    group->ports.insert(protocol, port);
}

std::string MissingText::text() const {
    std::string text;
    for (const auto& [host, reason, ports] : groups_) {
        text += text.empty() ? "" : "; ";
        text += safe_text(ports.to_string(), max_ports) + " on " + safe_text(host, max_host) +
                ": " + safe_text(reason, max_reason);
    }
    return more_ == 0 ? text : text + "; and " + counted(more_, "more port");
}

std::string limit_text(Nanoseconds limit) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(limit);
    return seconds == limit ? std::to_string(seconds.count()) + " s" : duration_text(limit);
}

}  // namespace pt::client
