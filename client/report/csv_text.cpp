#include "client/report/csv_text.hpp"

#include <string_view>
#include <utility>

#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

std::string cell(const std::string& value) {
    auto text = safe_text(value, value.size());
    if (!text.empty() && std::string_view{"=+-@"}.find(text.front()) != std::string_view::npos) {
        text.insert(0, 1, '\'');
    }
    if (text.find_first_of("\",") == std::string::npos) {
        return text;
    }
    std::string quoted = "\"";
    for (const char character : text) {
        quoted += character;
        if (character == '"') {
            quoted += '"';
        }
    }
    return quoted + '"';
}

}  // namespace

CsvLine& CsvLine::add(const std::string& value) {
    text_ += std::exchange(first_, false) ? "" : ",";
    text_ += cell(value);
    return *this;
}

}  // namespace pt::client
