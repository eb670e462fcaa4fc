#include "client/policy/test_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "client/options/host_word.hpp"
#include "client/options/option_values.hpp"
#include "client/policy/policy_ports.hpp"
#include "client/policy/policy_values.hpp"
#include "common/core/port_spec.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

using Kind = YamlNode::Kind;

constexpr std::size_t max_name = 200;

/// What one test says, while it is read. The first thing that is wrong is kept.
class TestReader {
public:
    TestReader(const PolicyContext& context, const YamlNode& node)
        : context_{context}, node_{node} {}

    Expected<PolicyTest> read() {
        if (node_.kind != Kind::map) {
            return located(context_.file, node_,
                           "a test is a map, as {to: HOST, open: [tcp/443], blocked: [tcp/22]}");
        }
        proof_ = context_.proof;
        max_rtt_ = context_.max_rtt;
        // What holds for all ports of the test, wherever it stands, comes first.
        for (const auto& [key, value] : node_.map) {
            take_setting(key, value);
        }
        for (const auto& [key, value] : node_.map) {
            take_ports(key, value);
        }
        if (error_.message.empty() && test_.to.empty()) {
            refuse(node_, "no host: a test needs \"to\", as in: to: db.example");
        }
        if (error_.message.empty() && claims_.empty()) {
            refuse(node_, "no port: a test needs \"open\", \"blocked\" or a port with a verdict");
        }
        if (error_.message.empty()) {
            settle();
        }
        if (!error_.message.empty()) {
            return error_;
        }
        if (test_.name.empty()) {
            test_.name = "to " + test_.to.front().name;
        }
        return std::move(test_);
    }

private:
    void refuse(const YamlNode& node, const std::string& message) {
        if (error_.message.empty()) {
            error_ = located(context_.file, node, message);
        }
    }

    template <class Value>
    std::optional<Value> value_of(Expected<Value> read) {
        if (!read) {
            if (error_.message.empty()) {
                error_ = read.error();
            }
            return std::nullopt;
        }
        return *std::move(read);
    }

    void take_setting(const YamlNode& key, const YamlNode& value) {
        if (key.text == "name" || key.text == "from") {
            const auto text =
                value_of(yaml_text(context_, value, "a text of up to 200 bytes is allowed"));
            if (text && (text->empty() || text->size() > max_name)) {
                refuse(value, "a text of up to 200 bytes is allowed");
            }
            (key.text == "name" ? test_.name : test_.from) = text.value_or("");
        } else if (key.text == "to") {
            for_each_word(value, [this](const YamlNode& word) { take_host(word); });
        } else if (key.text == "proof") {
            proof_ = value_of(yaml_proof(context_, value)).value_or(Proof::strict);
        } else if (key.text == "max_rtt") {
            max_rtt_ = value_of(yaml_duration(context_, value));
        } else if (key.text == "method") {
            const auto text = value_of(yaml_text(context_, value, methods_allowed));
            const auto method = parse_method(text.value_or(""));
            if (text && !method) {
                refuse(value, quote_word(*text) + ": " + methods_allowed);
            }
            method_ = method.value_or(Method::any);
        }
    }

    void take_ports(const YamlNode& key, const YamlNode& value) {
        constexpr std::array settings{"name", "from", "to", "proof", "max_rtt", "method"};
        if (std::find(settings.begin(), settings.end(), key.text) != settings.end()) {
            return;
        }
        if (key.text == "open") {
            const Wanted wanted{.kind = Wanted::Kind::open, .proof = proof_, .max_rtt = max_rtt_};
            for_each_word(value, [&](const YamlNode& word) { claim(word, wanted); });
        } else if (key.text == "blocked") {
            const Wanted wanted{.kind = Wanted::Kind::blocked, .method = method_};
            for_each_word(value, [&](const YamlNode& word) { claim(word, wanted); });
        } else if (const auto verdict = parse_expected_verdict(key.text)) {
            const Wanted wanted{.kind = Wanted::Kind::verdict, .verdicts = {*verdict}};
            for_each_word(value, [&](const YamlNode& word) { claim(word, wanted); });
        } else if (key.text.find('/') != std::string::npos) {
            if (const auto wanted = read_verdict(value)) {
                claim(key, *wanted);
            }
        } else {
            refuse(key,
                   quote_word(key.text) +
                       ": name, from, to, open, blocked, method, proof, max_rtt and ports with "
                       "a verdict are allowed, as in: tcp/443: answered");
        }
    }

    /// A scalar, or each of a list.
    template <class Take>
    void for_each_word(const YamlNode& value, Take take) {
        if (value.kind == Kind::scalar) {
            take(value);
            return;
        }
        if (value.kind != Kind::sequence || value.items.empty()) {
            refuse(value, "a word or a list of words is allowed");
            return;
        }
        for (const YamlNode& item : value.items) {
            if (item.kind != Kind::scalar) {
                refuse(item, "a word is allowed");
                return;
            }
            take(item);
        }
    }

    void take_host(const YamlNode& word) {
        const auto known = context_.hosts.find(word.text);
        if (known != context_.hosts.end()) {
            test_.to.push_back({known->first, known->second});
            return;
        }
        if (const auto complaint = host_complaint(word.text); !complaint.empty()) {
            refuse(word, complaint);
            return;
        }
        test_.to.push_back({word.text, word.text});
    }

    /// In [udp/53,123] the comma is YAML's: "123" alone would mean TCP.
    void claim(const YamlNode& word, const Wanted& wanted) {
        if (word.text.find('/') == std::string::npos) {
            refuse(word, quote_word(word.text) +
                             ": the protocol is missing, as in tcp/443; ports with commas between "
                             "go in quotes, as in \"udp/53,123\"");
            return;
        }
        const auto ports = parse_port_spec(word.text);
        if (!ports) {
            refuse(word, ports.error().message);
            return;
        }
        claims_.push_back({ports->ranges(), wanted});
        places_.push_back(&word);
    }

    /// "answered", [open, answered] or {verdict: filtered, direction: forward, by: 192.0.2.1}.
    std::optional<Wanted> read_verdict(const YamlNode& value) {
        Wanted wanted{.kind = Wanted::Kind::verdict};
        const bool is_map = value.kind == Kind::map;
        const YamlNode* verdict = is_map ? value.find("verdict") : &value;
        if (verdict == nullptr) {
            refuse(value, "\"verdict\" is missing");
            return std::nullopt;
        }
        for_each_word(*verdict, [&](const YamlNode& word) {
            const auto one = parse_expected_verdict(word.text);
            if (one) {
                wanted.verdicts.insert(*one);
            } else {
                refuse(word, "invalid verdict " + quote_word(word.text) +
                                 "; allowed: " + verdicts_allowed());
            }
        });
        for (const auto& [key, part] : value.map) {
            take_verdict_part(key, part, wanted);
        }
        return error_.message.empty() ? std::optional{normalized(wanted)} : std::nullopt;
    }

    void take_verdict_part(const YamlNode& key, const YamlNode& part, Wanted& wanted) {
        if (key.text == "verdict") {
            return;
        }
        if (key.text == "max_rtt") {
            wanted.max_rtt = value_of(yaml_duration(context_, part));
            if (wanted.verdicts != std::set{Verdict::open}) {
                refuse(key, "max_rtt goes with the verdict open alone: nothing else is timed");
            }
        } else if (key.text == "direction") {
            wanted.direction = parse_direction(part.text);
            if (!wanted.direction || wanted.verdicts != std::set{Verdict::filtered}) {
                refuse(part,
                       "forward, return or unknown is allowed, with the verdict filtered alone");
            }
        } else if (key.text == "by") {
            wanted.by = IpAddress::parse(part.text);
            if (!wanted.by) {
                refuse(part, quote_word(part.text) + ": an IPv4 or IPv6 address is allowed");
            }
        } else {
            refuse(key, quote_word(key.text) + ": verdict, direction, by and max_rtt are allowed");
        }
    }

    void settle() {
        auto settled = settle_claims(claims_);
        if (!settled) {
            refuse(*places_[settled.error().claim], settled.error().message);
            return;
        }
        test_.expectations = *std::move(settled);
    }

    static constexpr const char* methods_allowed = "drop, reject and any are allowed";

    const PolicyContext& context_;
    const YamlNode& node_;
    PolicyTest test_;
    Proof proof_ = Proof::strict;
    Method method_ = Method::any;
    std::optional<Nanoseconds> max_rtt_;
    std::vector<PortClaim> claims_;
    std::vector<const YamlNode*> places_;  ///< of each claim
    UsageError error_;
};

}  // namespace

Expected<std::string> yaml_text(const PolicyContext& context, const YamlNode& node,
                                const std::string& allowed) {
    if (node.kind != Kind::scalar) {
        return located(context.file, node, allowed);
    }
    return Expected<std::string>{boost::system::in_place_value, node.text};
}

Expected<Nanoseconds> yaml_duration(const PolicyContext& context, const YamlNode& node) {
    const std::string allowed = "a duration is allowed, as 500ms, 3s or 1m";
    const auto text = yaml_text(context, node, allowed);
    if (!text) {
        return text.error();
    }
    const auto duration = parse_duration(*text);
    if (!duration) {
        return located(context.file, node, quote_word(*text) + ": " + allowed);
    }
    return Nanoseconds{*duration};
}

Expected<Proof> yaml_proof(const PolicyContext& context, const YamlNode& node) {
    const std::string allowed =
        "strict (pt-server's echo), key (the echo of one that has the key of --key) and any (any "
        "service's answer) are allowed";
    const auto text = yaml_text(context, node, allowed);
    if (!text) {
        return text.error();
    }
    const auto proof = parse_proof(*text);
    if (!proof) {
        return located(context.file, node, quote_word(*text) + ": " + allowed);
    }
    return *proof;
}

Expected<PolicyTest> read_policy_test(const PolicyContext& context, const YamlNode& node) {
    return TestReader{context, node}.read();
}

}  // namespace pt::client
