#include "common/keys/key_file.hpp"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <system_error>
#include <utility>

#include "common/core/safe_text.hpp"
#include "common/keys/utc_time.hpp"

namespace pt {
namespace {

constexpr std::string_view format_word{"pt-key-1"};
constexpr std::size_t secret_digits = 2 * Secret::size;
constexpr std::string_view blanks{" \t\r"};

std::vector<std::string_view> words_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    std::vector<std::string_view> words;
    for (auto begin = line.find_first_not_of(blanks); begin != std::string_view::npos;
         begin = line.find_first_not_of(blanks)) {
        line.remove_prefix(begin);
        words.push_back(line.substr(0, line.find_first_of(blanks)));
        line.remove_prefix(words.back().size());
    }
    return words;
}

std::optional<Secret> parse_secret(std::string_view word) {
    if (word.size() != secret_digits) {
        return std::nullopt;
    }
    Secret::Bytes bytes{};
    for (std::size_t place = 0; place < bytes.size(); ++place) {
        const char* const begin = word.data() + 2 * place;
        const auto [end, error] = std::from_chars(begin, begin + 2, bytes[place], 16);
        if (error != std::errc{} || end != begin + 2) {
            return std::nullopt;
        }
    }
    const Secret secret{bytes};
    OPENSSL_cleanse(bytes.data(), bytes.size());
    return secret;
}

/// What is wrong with a word behind the secret; "" where it has been taken. No word is repeated: each
/// may be a part of a secret.
std::string take_limit(std::string_view word, Key& key) {
    const auto equals = word.find('=');
    const auto name = word.substr(0, equals);
    auto& limit = name == "until" ? key.until : key.from;
    if (equals == std::string_view::npos || (name != "from" && name != "until")) {
        return "expected from=TIME or until=TIME behind the secret";
    }
    if (limit) {
        return std::string{name} + "= is given twice";
    }
    limit = parse_utc(word.substr(equals + 1));
    return limit ? ""
                 : std::string{name} +
                       "=: expected a time in UTC such as 2026-01-31 or 2026-01-31T12:00:00Z";
}

Expected<Key, std::string> parse_line(const std::vector<std::string_view>& words) {
    if (words.front() != format_word) {
        return std::string{"expected \"pt-key-1 SECRET\", as pt-client keygen makes it"};
    }
    const auto secret = words.size() > 1 ? parse_secret(words[1]) : std::nullopt;
    if (!secret) {
        return std::string{"expected a secret of 64 hexadecimal digits behind \"pt-key-1\""};
    }
    Key key = make_key(*secret);
    for (std::size_t place = 2; place < words.size(); ++place) {
        if (auto complaint = take_limit(words[place], key); !complaint.empty()) {
            return complaint;
        }
    }
    if (key.from && key.until && *key.from >= *key.until) {
        return std::string{"until= is not later than from="};
    }
    return key;
}

/// Closes the descriptor.
Expected<std::string, std::string> read_all(int descriptor) {
    constexpr std::size_t max_file = 65'536;
    std::string text(max_file + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        const ssize_t got = read(descriptor, text.data() + size, text.size() - size);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return {boost::system::in_place_error, std::generic_category().message(errno)};
        }
        if (got == 0) {
            text.resize(size);
            return {boost::system::in_place_value, std::move(text)};
        }
        size += static_cast<std::size_t>(got);
    }
    return {boost::system::in_place_error, "longer than 64 KiB"};
}

/// Why its secrets may be known to others; "" where they are not.
std::string exposure_of(const struct stat& status) {
    if ((status.st_mode & (S_IROTH | S_IWOTH | S_IWGRP)) == 0) {
        return "";
    }
    return (status.st_mode & S_IROTH) != 0
               ? "can be read by every user of this machine; \"chmod 600\" it"
               : "can be written by others than its owner; \"chmod 600\" it";
}

}  // namespace

Expected<std::vector<Key>> parse_keys(std::string_view text, std::string_view name) {
    std::vector<Key> keys;
    std::size_t number = 0;
    const auto fail = [&](const std::string& complaint) {
        return UsageError{quote_word(name) + ", line " + std::to_string(number) + ": " + complaint};
    };
    while (!text.empty()) {
        ++number;
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto words = words_of(line);
        if (words.empty()) {
            continue;
        }
        auto key = parse_line(words);
        if (!key) {
            return fail(key.error());
        }
        if (std::any_of(keys.begin(), keys.end(),
                        [&](const Key& other) { return other.id == key->id; })) {
            return fail("the same key again");
        }
        if (keys.size() == max_keys) {
            return fail("more than " + std::to_string(max_keys) + " keys");
        }
        keys.push_back(*std::move(key));
    }
    if (keys.empty()) {
        return UsageError{quote_word(name) +
                          ": holds no key; \"pt-client keygen FILE\" makes a file with one"};
    }
    return keys;
}

std::string key_line(const Key& key) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string line{format_word};
    line += ' ';
    for (const std::uint8_t byte : key.secret.bytes()) {
        line += digits[byte >> 4U];
        line += digits[byte & 0xFU];
    }
    return line;
}

Expected<std::vector<Key>> read_keys(const std::string& file, std::string_view option) {
    const auto fail = [&](const std::string& complaint) {
        return UsageError{std::string{option} + ' ' + quote_word(file) + ": " + complaint};
    };
    // Not blocking: a FIFO would wait for a writer.
    const int descriptor = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0) {
        return fail("cannot be read: " + std::generic_category().message(errno));
    }
    struct stat status {};
    std::string complaint;
    if (fstat(descriptor, &status) != 0) {
        complaint = std::generic_category().message(errno);
    } else if (!S_ISREG(status.st_mode)) {
        complaint = "is not a regular file";
    } else {
        complaint = exposure_of(status);
    }
    auto text = complaint.empty()
                    ? read_all(descriptor)
                    : Expected<std::string, std::string>{boost::system::in_place_error, complaint};
    close(descriptor);
    if (!text) {
        return fail(text.error());
    }
    auto keys = parse_keys(*text, file);
    OPENSSL_cleanse(text->data(), text->size());
    if (!keys) {
        return UsageError{std::string{option} + ' ' + keys.error().message};
    }
    return keys;
}

}  // namespace pt
