#include "common/json/json_fields.hpp"

#include <cmath>

namespace pt {

namespace json = boost::json;

std::optional<std::string_view> JsonFields::text(std::string_view key) {
    const json::value* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const json::string* text = value->if_string();
    if (text == nullptr || text->size() > max_text_) {
        refuse(key);
        return std::nullopt;
    }
    return std::string_view{text->data(), text->size()};
}

std::optional<std::uint32_t> JsonFields::number(std::string_view key, std::uint32_t max_value) {
    const json::value* value = find(key);
    if (value == nullptr) {
        return std::nullopt;
    }
    const std::int64_t* number = value->if_int64();
    if (number == nullptr || *number < 0 || *number > max_value) {
        refuse(key);
        return std::nullopt;
    }
    return static_cast<std::uint32_t>(*number);
}

Nanoseconds JsonFields::milliseconds(std::string_view key) {
    constexpr double max_value = 1e9;  // eleven days
    constexpr double to_nanoseconds = 1e6;
    const json::value* value = find(key);
    json::error_code failed;
    const double number = value == nullptr ? -1 : value->to_number<double>(failed);
    if (failed || !(number >= 0 && number <= max_value)) {
        refuse(key);
        return {};
    }
    return Nanoseconds{std::llround(number * to_nanoseconds)};
}

bool JsonFields::truth(std::string_view key) { return truth_of(key, find(key)); }

bool JsonFields::truth_or(std::string_view key, bool missing) {
    const json::value* value = find(key);
    return value == nullptr ? missing : truth_of(key, value);
}

bool JsonFields::truth_of(std::string_view key, const json::value* value) {
    const bool* truth = value == nullptr ? nullptr : value->if_bool();
    if (truth == nullptr) {
        refuse(key);
    }
    return truth != nullptr && *truth;
}

std::optional<bool> JsonFields::boolean(std::string_view key) {
    const json::value* value = find(key);
    return value == nullptr ? std::nullopt : std::optional{truth_of(key, value)};
}

const json::value* JsonFields::find(std::string_view key) {
    const json::string_view wanted{key.data(), key.size()};
    const auto* place = object_.begin() + next_;
    if (next_ == object_.size() || place->key() != wanted) {
        place = object_.find(wanted);
    }
    if (place == object_.end()) {
        return nullptr;
    }
    next_ = static_cast<std::size_t>(place - object_.begin()) + 1;
    return place->value().is_null() ? nullptr : &place->value();
}

void JsonFields::refuse(std::string_view key) {
    if (complaint_.empty()) {
        complaint_ = '"' + std::string{key} + "\" is missing or not as pt writes it";
    }
}

}  // namespace pt
