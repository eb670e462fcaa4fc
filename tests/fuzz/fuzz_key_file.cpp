// Key files against text of any kind: read, or refused in one printable line that tells nothing of
// a secret; what is read is written and read again as the same.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/keys/key_file.hpp"
#include "tests/fuzz/check.hpp"

namespace pt {
namespace {

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

/// A secret that was typed wrong stands in the file all the same.
void check_tells_no_secret(const std::string& message, std::string_view text) {
    constexpr std::size_t telling = 24;
    const auto is_digit = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
    };
    for (auto begin = text.begin(); begin != text.end();) {
        begin = std::find_if(begin, text.end(), is_digit);
        const auto end = std::find_if_not(begin, text.end(), is_digit);
        const std::string digits{begin, end};
        PT_CHECK(digits.size() < telling || message.find(digits) == std::string::npos);
        begin = end;
    }
}

void check(std::string_view text) {
    const auto keys = parse_keys(text, "pt.key");
    if (!keys) {
        const std::string& message = keys.error().message;
        PT_CHECK(!message.empty() && message.size() <= 1000 && is_printable(message));
        check_tells_no_secret(message, text);
        return;
    }
    PT_CHECK(!keys->empty() && keys->size() <= max_keys);
    for (const Key& key : *keys) {
        PT_CHECK(key.id != 0 && key.id == make_key(key.secret).id);
        const auto again = parse_keys(key_line(key), "pt.key");
        PT_CHECK(again && again->size() == 1 && again->front().secret == key.secret);
    }
}

}  // namespace
}  // namespace pt

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
