// The whole target against text of any kind: what is read has a host that is one by itself and at
// least one port, and reads the same again when it is put together; what is refused is refused in
// one printable line of bounded length. No user name and no password is shown.

#include <algorithm>
#include <string>
#include <string_view>

#include "client/options/host_word.hpp"
#include "client/options/whole_target.hpp"
#include "common/core/redact.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::client {
namespace {

void check_error(const UsageError& error) {
    PT_CHECK(!error.message.empty() && error.message.size() <= 1000);
    PT_CHECK(std::all_of(error.message.begin(), error.message.end(),
                         [](char c) { return c >= ' ' && c <= '~'; }));
}

void check_target(const WholeTarget& target, std::string_view word) {
    PT_CHECK(is_whole_target(word));
    PT_CHECK(host_complaint(target.host).empty());
    PT_CHECK(!target.ports.empty());
    const bool brackets = target.host.find(':') != std::string::npos;
    const auto host = brackets ? '[' + target.host + ']' : target.host;
    for (const auto& range : target.ports.ranges()) {
        const auto again = std::string{to_string(range.protocol)} + "://" + host + ':' +
                           std::to_string(to_number(range.first)) + '-' +
                           std::to_string(to_number(range.last));
        const auto parsed = parse_whole_target(again);
        PT_CHECK(parsed.has_value());
        PT_CHECK(parsed->host == target.host);
        PT_CHECK(parsed->ports.ranges() == std::vector{range});
    }
}

/// Nothing of what stands before a host is shown, whatever it is.
void check_user_info(std::string_view secret) {
    const auto shown = redacted("a://" + std::string{secret} + "@db");
    PT_CHECK(shown == "a://...@db" || shown == "a://...");
}

void check(std::string_view word) {
    check_user_info(word);
    const auto parsed = parse_whole_target(word);
    if (!parsed) {
        check_error(parsed.error());
    } else {
        check_target(*parsed, word);
    }
}

}  // namespace
}  // namespace pt::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::client::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
