#include "client/cli/keygen_options.hpp"

#include <vector>

#include "client/cli/apply_options.hpp"
#include "client/cli/option_table.hpp"

namespace pt::client {
namespace {

std::vector<Row> examples() {
    return {
        {"pt-client keygen pt.key", "make a key; copy the file to the host of pt-server"},
        {"pt-server --keys pt.key tcp/443 udp/53", "answer only those who have it"},
        {"pt-client example.com tcp/443 --key pt.key", "believe only that pt-server"},
    };
}

std::vector<Chapter> chapters() {
    return {
        {.title = "Key files",
         .text =
             "A line for each key: \"pt-key-1 SECRET\", and behind it, if wanted, from=TIME and "
             "until=TIME, in UTC, as 2026-01-31 or 2026-01-31T12:00:00Z: the key is valid from "
             "then on, or until then. \"#\" starts a comment. pt-server --keys takes every valid "
             "key, pt-client --key the first valid one. A file that every user can read, or that "
             "others can write, is refused."},
        {.title = "To change the key without losing a probe",
         .rows = {{"1", "add a line with the new key to the file of pt-server, send it SIGHUP"},
                  {"2", "give the new file to the clients, and start what watches or waits anew"},
                  {"3", "take the old line out of the file of pt-server, send it SIGHUP"}}},
        {.title = "Exit status",
         .rows = {{"0", "FILE holds a new key"},
                  {"2", "usage error, or FILE exists: it is never replaced"},
                  {"3", "FILE could not be written"}}},
    };
}

}  // namespace

const Program& keygen_program() {
    static const Program program{
        .name = "keygen",
        .purpose = "make a key for pt-server --keys and pt-client --key",
        .description =
            "pt-client keygen writes 32 random bytes to FILE, as a line of text, and prints the id "
            "by which logs and reports name the key. FILE is readable by this user only. Whoever "
            "has the key can probe a pt-server that answers by keys alone, and forge its replies: "
            "copy it over a channel that you trust, as scp.",
        .usage = {"pt-client keygen FILE"},
        .examples_note = "",
        .examples = examples(),
        .options = options_of(keygen_option_table()),
        .chapters = chapters(),
        .takes_files = true};
    return program;
}

Expected<std::variant<KeygenOptions, Notice>> parse_keygen_options(int argc,
                                                                   const char* const argv[]) {
    using Parsed = Expected<std::variant<KeygenOptions, Notice>>;
    Draft draft;
    std::vector<std::string> words;
    auto notice = read_options(argc, argv, keygen_program(), keygen_option_table(), draft, words);
    if (!notice) {
        return notice.error();
    }
    if (*notice) {
        return Parsed{**std::move(notice)};
    }
    if (words.size() != 1 || words.front().empty()) {
        return UsageError{"keygen: expected one FILE, as in: pt-client keygen pt.key"};
    }
    return Parsed{KeygenOptions{words.front()}};
}

}  // namespace pt::client
