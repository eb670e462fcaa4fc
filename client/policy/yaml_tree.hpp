#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "common/core/expected.hpp"

namespace pt::client {

struct YamlEntry;

/// A value of a YAML file and where it stands.
struct YamlNode {
    enum class Kind { null, scalar, sequence, map };
    Kind kind = Kind::null;
    std::size_t line = 1;  ///< both from 1
    std::size_t column = 1;
    std::string text;             ///< of a scalar
    std::vector<YamlNode> items;  ///< of a sequence
    std::vector<YamlEntry> map;   ///< in the order of the file

    /// The value of this key; nullptr where there is none.
    const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
    YamlNode key;  ///< a scalar
    YamlNode value;
};

/// "policy.yaml line 3, column 7: MESSAGE", printable.
UsageError located(const std::string& file, const YamlNode& node, const std::string& message);

/// Reads a whole YAML document with less than YAML has: plain values, lists and maps, so that its
/// size bounds the work. Anchors, aliases, tags, a second document, keys that are no scalars or are
/// given twice are errors. `name` is the file's, for messages.
Expected<YamlNode> read_yaml(std::istream& file, const std::string& name);

}  // namespace pt::client
