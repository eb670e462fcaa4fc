// pt-server's configuration file against text of any kind: it is read or refused in one printable
// line that names the file and the line; comments and the way lines end change nothing.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/core/byte_order_mark.hpp"
#include "server/cli/options.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::server {
namespace {

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void check_message(const std::string& message) {
    PT_CHECK(!message.empty() && message.size() <= 2000 && is_printable(message));
}

/// "pt.conf:12: ...": the line is one that the text has.
void check_file_message(const std::string& message, std::string_view text) {
    constexpr std::string_view name = "pt.conf:";
    check_message(message);
    PT_CHECK(message.starts_with(name));
    const unsigned long line = std::stoul(message.substr(name.size()));
    const auto lines = std::count(text.begin(), text.end(), '\n') + 1;
    PT_CHECK(line >= 1 && line <= static_cast<unsigned long>(lines));
}

bool same(const Settings& a, const Settings& b) {
    return a.ports == b.ports && a.except == b.except && a.bind == b.bind &&
           a.strictness == b.strictness && a.log_level == b.log_level &&
           a.log_format == b.log_format && a.journal_file == b.journal_file &&
           a.max_connections == b.max_connections && a.threads == b.threads &&
           a.config_file == b.config_file && a.ready_file == b.ready_file;
}

void check_settings(const Settings& settings) {
    PT_CHECK(!settings.config_file && !settings.ready_fd);
    PT_CHECK(!settings.ready_file || !settings.ready_file->empty());
    const auto settled = settle(Settings{}, settings);
    if (!settled) {
        check_message(settled.error().message);
        return;
    }
    const auto& options = *settled;
    PT_CHECK(!options.ports.empty() || !options.all_ports.empty());
    PT_CHECK(is_printable(options.log_level) && !options.log_level.empty());
    PT_CHECK(!options.max_connections || *options.max_connections > 0);
}

void check(std::string_view text) {
    const auto parsed = parse_config(text, "pt.conf");
    if (!parsed) {
        check_file_message(parsed.error().message, text);
        return;
    }
    const auto& settings = *parsed;
    check_settings(settings);
    const std::string plain{without_byte_order_mark(text)};
    const auto commented = parse_config("# before\n" + plain + "\n# after", "pt.conf");
    PT_CHECK(commented.has_value());
    PT_CHECK(same(*commented, settings));
}

}  // namespace
}  // namespace pt::server

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::server::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
