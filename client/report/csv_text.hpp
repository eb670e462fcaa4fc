#pragma once

#include <string>

/// CSV as RFC 4180 has it: CRLF, a header line, quotes where needed. Spreadsheets run a cell that
/// starts with = + - or @ as a formula, so none does. Printable ASCII, whatever a value holds.
namespace pt::client {

/// One line, cell by cell.
class CsvLine {
public:
    CsvLine& add(const std::string& value);
    std::string text() const { return text_ + "\r\n"; }

private:
    std::string text_;
    bool first_ = true;
};

}  // namespace pt::client
