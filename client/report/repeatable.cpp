#include "client/report/repeatable.hpp"

#include <algorithm>

namespace pt::client {

RepeatableReport::RepeatableReport(std::ostream& out, const Make& make)
    : buffer_{out}, out_{&buffer_}, report_{make(out_)} {}

void RepeatableReport::finish(const RunSummary& summary) {
    buffer_.begin_end();
    report_->finish(summary);
}

std::streamsize RepeatableReport::Buffer::xsputn(const char* text, std::streamsize size) {
    const std::size_t left_out = std::min(repeated_, static_cast<std::size_t>(size));
    repeated_ -= left_out;
    const auto rest = size - static_cast<std::streamsize>(left_out);
    if (rest > 0 && !out_.write(text + left_out, rest)) {
        return 0;
    }
    written_ += at_end_ ? static_cast<std::size_t>(rest) : 0;
    return size;
}

int RepeatableReport::Buffer::overflow(int character) {
    const char one = traits_type::to_char_type(character);
    const bool none = traits_type::eq_int_type(character, traits_type::eof());
    return none || xsputn(&one, 1) == 1 ? traits_type::not_eof(character) : traits_type::eof();
}

int RepeatableReport::Buffer::sync() { return out_.flush() ? 0 : -1; }

}  // namespace pt::client
