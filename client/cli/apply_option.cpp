#include "client/cli/apply_option.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "client/options/host_word.hpp"
#include "common/core/frame.hpp"
#include "common/core/ipv4_text.hpp"

namespace pt::client::apply {
namespace {

constexpr std::uint32_t max_tries = 255;  // the attempt is one byte of the frame
constexpr const char* durations_allowed =
    "a whole number and its unit are allowed, as 500ms, 3s or 1m, from 1ms to 60m";

}  // namespace

std::string host(Draft& draft, const std::string& value) {
    auto complaint = host_complaint(value);
    if (complaint.empty()) {
        draft.options.hosts.push_back(value);
    }
    return complaint;
}

std::string tries(Draft& draft, const std::string& value) {
    draft.options.tries_given = true;
    return number<&Options::tries, max_tries>(draft, value);
}

std::string timeout(Draft& draft, const std::string& value) {
    const auto duration = parse_duration(value);
    if (!duration) {
        return durations_allowed;
    }
    draft.options.set_timeout(*duration);
    return "";
}

std::string source(Draft& draft, const std::string& value) {
    const auto address = net::parse_numeric_host(value);
    if (!address || address->is_unspecified() || address->is_multicast()) {
        const auto remedy = other_ipv4_remedy(value);
        return remedy.empty() ? "an IPv4 or IPv6 address of this machine is allowed" : remedy;
    }
    if (address->is_link_local_v6() && address->scope() == 0) {
        return "its network interface must be named, as in fe80::1%eth0";
    }
    draft.options.source = *address;
    return "";
}

std::string source_port(Draft& draft, const std::string& value) {
    const auto parsed = parse_number(value, 1, port_count - 1);
    if (!parsed) {
        return "a whole number from 1 to 65535 is allowed";
    }
    draft.options.source_port = Port{static_cast<std::uint16_t>(*parsed)};
    return "";
}

std::string frame_size(Draft& draft, const std::string& value) {
    constexpr std::uint32_t min_size = default_request_size + 1;
    const auto parsed = parse_number(value, min_size, max_frame_size);
    if (!parsed) {
        return "a whole number from " + std::to_string(min_size) + " to " +
               std::to_string(max_frame_size) + " is allowed";
    }
    draft.options.frame_size = static_cast<std::uint16_t>(*parsed);
    return "";
}

std::string interface(Draft& draft, const std::string& value) {
    constexpr std::size_t longest = 15;  // IFNAMSIZ, which counts a zero byte, is 16
    const bool printable = std::all_of(value.begin(), value.end(), [](unsigned char byte) {
        return byte > ' ' && byte < 0x7F && byte != '/';
    });
    if (value.empty() || value.size() > longest || !printable) {
        return "the name of a network interface is allowed, as eth0";
    }
    draft.options.interface = value;
    return "";
}

std::string dscp(Draft& draft, const std::string& value) {
    const auto parsed = parse_dscp(value);
    if (!parsed) {
        return "a whole number from 0 to 63 or a name is allowed, as ef, cs1 or af41";
    }
    draft.options.dscp = *parsed;
    return "";
}

std::string no_journal(Draft& draft, const std::string&) {
    draft.options.journal = false;
    return "";
}

std::string output(Draft& draft, const std::string& value) {
    constexpr std::array<std::pair<std::string_view, OutputFormat>, 6> formats{
        {{"table", OutputFormat::table},
         {"json", OutputFormat::json},
         {"jsonl", OutputFormat::jsonl},
         {"csv", OutputFormat::csv},
         {"html", OutputFormat::html},
         {"policy", OutputFormat::policy}}};
    for (const auto& [word, format] : formats) {
        if (word == value) {
            draft.options.output = format;
            return "";
        }
    }
    return "table, json, jsonl, csv, html and policy are allowed";
}

std::string only(Draft& draft, const std::string& value) {
    auto& shown = draft.options.only;
    shown = shown.value_or(std::set<Verdict>{});
    for (std::size_t begin = 0; begin <= value.size();) {
        const auto end = std::min(value.find(',', begin), value.size());
        const auto verdict = parse_verdict(std::string_view{value}.substr(begin, end - begin));
        if (!verdict) {
            std::string all;
            for (const auto one : all_verdicts) {
                all += (all.empty() ? "" : ", ") + std::string{to_string(one)};
            }
            return "verdicts are allowed, with commas between: " + all;
        }
        shown->insert(*verdict);
        begin = end + 1;
    }
    return "";
}

std::string require(Draft& draft, const std::string& value) {
    if (value != "echo") {
        return "echo is allowed";
    }
    draft.options.require = Requirement::echo;
    return "";
}

std::string only_test(Draft& draft, const std::string& value) {
    draft.check.only.push_back(value);
    return value.empty() ? "the name of a test is allowed" : "";
}

std::string from(Draft& draft, const std::string& value) {
    draft.check.from = value;
    return value.empty() ? "the name of a place is allowed" : "";
}

std::string diff_output(Draft& draft, const std::string& value) {
    return value != "policy" && output(draft, value).empty()
               ? ""
               : "table, json, jsonl, csv and html are allowed";
}

std::string check_output(Draft& draft, const std::string& value) {
    constexpr std::array<std::pair<std::string_view, CheckOutput>, 5> formats{
        {{"table", CheckOutput::table},
         {"json", CheckOutput::json},
         {"junit", CheckOutput::junit},
         {"tap", CheckOutput::tap},
         {"html", CheckOutput::html}}};
    for (const auto& [word, format] : formats) {
        if (word == value) {
            draft.check.output = format;
            return "";
        }
    }
    return "table, json, junit, tap and html are allowed";
}

std::string wait_limit(Draft& draft, const std::string& value) {
    const auto duration = parse_duration(value);
    draft.wait.limit = duration.value_or(draft.wait.limit);
    return duration ? "" : durations_allowed;
}

std::string until(Draft& draft, const std::string& value) {
    if (value != "answered" && value != "open") {
        return "answered and open are allowed";
    }
    draft.options.require = value == "open" ? Requirement::echo : Requirement::answer;
    return "";
}

std::string list_output(Draft& draft, const std::string& value) {
    return value == "table" || value == "json" ? output(draft, value)
                                               : "table and json are allowed";
}

}  // namespace pt::client::apply
