#include "client/report/explain/text_block.hpp"

#include <sstream>

#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_host = 64;

/// Continues `line`, whose text began in column `indent`, with the words of `text`.
std::string filled(std::string line, std::string_view text, std::size_t indent) {
    const std::size_t room = line_width - indent;
    std::string out;
    bool fresh = true;
    const auto add = [&](const std::string& word) {
        if (!fresh && line.size() + 1 + word.size() > line_width) {
            out += line + '\n';
            line.assign(indent, ' ');
            fresh = true;
        }
        line += (fresh ? "" : " ") + word;
        fresh = false;
    };
    std::istringstream words{std::string{text}};
    for (std::string word; words >> word;) {
        for (; word.size() > room; word.erase(0, room)) {
            add(word.substr(0, room));
        }
        add(word);
    }
    return out + line + '\n';
}

}  // namespace

std::string paragraph(std::string_view text, std::size_t indent) {
    const bool blank = text.find_first_not_of(" \t\n\v\f\r") == std::string_view::npos;
    return blank ? "" : filled(std::string(indent, ' '), text, indent);
}

std::string list_item(std::string_view term, std::string_view text, std::size_t indent,
                      std::size_t column) {
    std::string line = std::string(indent, ' ').append(term);
    line.append(line.size() < column ? column - line.size() : 1, ' ');
    return filled(std::move(line), text, column);
}

std::string command_lines(std::string_view command, std::size_t indent) {
    constexpr std::string_view more = " \\";
    std::string out;
    std::string line(indent, ' ');
    std::size_t words = 0;
    bool quoted = false;
    for (std::size_t begin = 0; begin < command.size();) {
        std::size_t end = begin;
        for (; end < command.size() && (quoted || command[end] != ' '); ++end) {
            quoted = quoted != (command[end] == '\'');
        }
        const auto word = command.substr(begin, end - begin);
        const std::size_t needed = word.size() + (end < command.size() ? more.size() : 0);
        if (words > 0 && line.size() + 1 + needed > line_width) {
            out.append(line).append(more) += '\n';
            line.assign(indent + 2, ' ');
            words = 0;
        }
        line.append(words++ > 0 ? " " : "").append(word);
        begin = end + 1;
    }
    return out + line + '\n';
}

std::string number_of(Port port) { return std::to_string(to_number(port)); }

std::string short_host(std::string_view host) {
    auto text = safe_text(host, max_host);
    if (text.size() > max_host) {
        text.resize(max_host - 3);
        text += "...";
    }
    return text;
}

}  // namespace pt::client
