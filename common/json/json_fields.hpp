#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "common/core/timing.hpp"

namespace pt {

/// Reads the values of one JSON object from a file, strictly, and remembers the first that is not
/// as it must be. The object outlives it.
class JsonFields {
public:
    explicit JsonFields(const boost::json::object& object, std::size_t max_text = 4096)
        : object_{object}, max_text_{max_text} {}

    /// One phrase about the first value that is not as it must be, or "".
    const std::string& complaint() const { return complaint_; }

    /// Nothing where the key is missing or null, and after a complaint; so with the others.
    std::optional<std::string_view> text(std::string_view key);

    /// A text that `parse` makes a value of: it takes a string_view and gives an optional.
    template <class Parse>
    auto parsed(std::string_view key, Parse parse) -> decltype(parse(std::string_view{})) {
        const auto word = text(key);
        if (!word) {
            return std::nullopt;
        }
        auto value = parse(*word);
        if (!value) {
            refuse(key);
        }
        return value;
    }

    /// The same where the key must be there.
    template <class Parse>
    auto required(std::string_view key, Parse parse) -> decltype(parse(std::string_view{})) {
        auto value = parsed(key, parse);
        if (!value) {
            refuse(key);
        }
        return value;
    }

    /// A whole number, 0 to `max_value`.
    std::optional<std::uint32_t> number(
        std::string_view key, std::uint32_t max_value = std::numeric_limits<std::uint32_t>::max());

    /// Milliseconds with a fraction, as durations are written. Must be there.
    Nanoseconds milliseconds(std::string_view key);

    /// Must be there.
    bool truth(std::string_view key);
    std::optional<bool> boolean(std::string_view key);

    /// The same where it need not be there.
    bool truth_or(std::string_view key, bool missing);

    /// The value, unless it is missing or null.
    const boost::json::value* find(std::string_view key);

    void refuse(std::string_view key);

private:
    bool truth_of(std::string_view key, const boost::json::value* value);

    const boost::json::object& object_;
    std::size_t max_text_;
    /// Behind the value found last: whoever reads values in the order of the file finds the next
    /// one there, which is far quicker than to search for it.
    std::size_t next_ = 0;
    std::string complaint_;
};

}  // namespace pt
