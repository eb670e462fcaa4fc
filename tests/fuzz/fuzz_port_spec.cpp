// The port spec against text of any kind: what is read prints as specs that read back to the same
// set, and what is refused is refused in one short printable line with a position in the text.

#include <algorithm>
#include <string_view>

#include "common/core/port_spec.hpp"
#include "tests/fuzz/check.hpp"

namespace pt {
namespace {

PortSet read_back(std::string_view words) {
    PortSet set;
    while (!words.empty()) {
        const auto space = std::min(words.find(' '), words.size());
        const auto part = parse_port_spec(words.substr(0, space), PortZero::allowed);
        PT_CHECK(part);
        set.insert(*part);
        words.remove_prefix(std::min(space + 1, words.size()));
    }
    return set;
}

void check_error(const PortSpecError& error, std::string_view text) {
    PT_CHECK(error.position <= text.size());
    PT_CHECK(!error.message.empty() && error.message.size() <= 500);
    PT_CHECK(std::all_of(error.message.begin(), error.message.end(),
                         [](char c) { return c >= ' ' && c <= '~'; }));
}

void check(std::string_view text) {
    const auto strict = parse_port_spec(text, PortZero::rejected);
    const auto with_zero = parse_port_spec(text, PortZero::allowed);
    if (!with_zero) {
        PT_CHECK(!strict);
        check_error(with_zero.error(), text);
        return;
    }
    PT_CHECK(!with_zero->empty());
    PT_CHECK(read_back(with_zero->to_string()) == *with_zero);
    const bool holds_zero =
        with_zero->contains(Protocol::tcp, Port{0}) || with_zero->contains(Protocol::udp, Port{0});
    if (strict) {
        PT_CHECK(!holds_zero && *strict == *with_zero);
    } else {
        PT_CHECK(holds_zero);
        check_error(strict.error(), text);
    }
}

}  // namespace
}  // namespace pt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
