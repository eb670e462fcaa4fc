// Prefixes and ranges of hosts against text of any kind: what is read gives no more hosts than are
// allowed, each of which is a host by itself; what is refused is refused in one printable line.

#include <algorithm>
#include <string>
#include <string_view>

#include "client/options/host_range.hpp"
#include "client/options/host_word.hpp"
#include "client/options/targets.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::client {
namespace {

void check(std::string_view word) {
    if (!is_host_range(word)) {
        return;
    }
    const auto hosts = expand_host_range(word);
    if (hosts) {
        PT_CHECK(!hosts->empty() && hosts->size() <= max_hosts);
        PT_CHECK(std::all_of(hosts->begin(), hosts->end(), [](const std::string& host) {
            return host_complaint(host).empty() && !is_host_range(host);
        }));
        return;
    }
    const auto& message = hosts.error().message;
    PT_CHECK(!message.empty() && message.size() <= 1000);
    PT_CHECK(
        std::all_of(message.begin(), message.end(), [](char c) { return c >= ' ' && c <= '~'; }));
}

}  // namespace
}  // namespace pt::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::client::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
