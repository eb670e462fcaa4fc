#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/core/expected.hpp"
#include "common/keys/key.hpp"

/// Key files: a line for each key, "pt-key-1 SECRET [from=TIME] [until=TIME]", the secret as 64
/// hexadecimal digits, times as `parse_utc` reads them; "#" starts a comment.
namespace pt {

inline constexpr std::size_t max_keys = 64;

/// `name` is the file's, for messages, which never tell anything of a secret. At least one key, no
/// more than `max_keys`, none twice.
Expected<std::vector<Key>> parse_keys(std::string_view text, std::string_view name);

/// What `parse_keys` reads of it: one line.
std::string key_line(const Key& key);

/// Reads a key file. Refuses one that others than its owner and its group can read, that its group
/// or others can write, or that is longer than 64 KiB. `option` is what named it, for messages:
/// "--key".
Expected<std::vector<Key>> read_keys(const std::string& file, std::string_view option);

}  // namespace pt
