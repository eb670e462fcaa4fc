// A server's journal file against text of any kind: it is read or refused in one printable line
// that names the file.

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>
#include <string_view>

#include "client/saved/saved_journal.hpp"
#include "tests/fuzz/check.hpp"

namespace pt::client {
namespace {

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

void check(const std::string& text) {
    std::istringstream file{text};
    const auto journal = SavedJournal::read(file, "journal");
    if (!journal) {
        PT_CHECK(journal.error().message.starts_with("journal") &&
                 journal.error().message.size() < 1000);
        PT_CHECK(is_printable(journal.error().message));
        return;
    }
    const auto& file_read = *journal;
    const auto record = file_read.find(0xE1, Protocol::tcp, Port{80});
    PT_CHECK(record.listening || record.incomplete);
    PT_CHECK(file_read.knows(0xE1) || record == (PortRecord{.incomplete = true}));
    PT_CHECK(!file_read.without_frame(0xE1).contains(Protocol::tcp, Port{80}) ||
             ((record.attempt || record.established) && !record.frame));
    PT_CHECK(!file_read.came_to(0xE1, IpAddress{}) || file_read.knows(0xE1));
}

}  // namespace
}  // namespace pt::client

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    pt::client::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
