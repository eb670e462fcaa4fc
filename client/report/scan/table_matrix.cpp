#include "client/report/scan/table_matrix.hpp"

#include <algorithm>
#include <map>
#include <ostream>
#include <sstream>

#include "client/report/table_rows.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"

namespace pt::client {
namespace {

constexpr std::size_t max_width = 60;
constexpr std::size_t max_label = 28;
constexpr std::size_t gap = 2;
constexpr std::size_t max_details = 40;
constexpr std::size_t max_place_lines = 12;
/// Not probed, hidden by --only, or missing in a saved file.
constexpr const char* no_result = "-";

std::string short_word(Verdict verdict) {
    switch (verdict) {
        case Verdict::open: return "open";
        case Verdict::answered: return "answ";
        case Verdict::intercepted: return "intc";
        case Verdict::cut: return "cut";
        case Verdict::closed: return "clos";
        case Verdict::rejected: return "rej";
        case Verdict::filtered: return "filt";
        case Verdict::unreachable: return "unre";
        case Verdict::untested: return "untd";
    }
    return "?";
}

/// "filt>" on the forward path, "filt<" on the return path.
std::string cell_word(const Result* cell) {
    if (cell == nullptr) {
        return no_result;
    }
    auto word = short_word(cell->conclusion.verdict);
    const auto direction = cell->conclusion.direction.value_or(Direction::unknown);
    word += direction == Direction::forward ? ">" : direction == Direction::return_ ? "<" : "";
    return word;
}

/// In lines of at most 60 columns, broken at blanks alone.
std::vector<std::string> wrapped_words(const std::string& text, const std::string& indent,
                                       const std::string& first_indent = "") {
    std::vector<std::string> lines{first_indent};
    std::istringstream words{text};
    for (std::string word; words >> word;) {
        std::string& line = lines.back();
        const bool is_first =
            line.size() <= (lines.size() == 1 ? first_indent.size() : indent.size());
        if (!is_first && line.size() + 1 + word.size() > max_width) {
            lines.push_back(indent + word);
        } else {
            line += (is_first ? "" : " ") + word;
        }
    }
    return lines;
}

void print_lines(std::ostream& out, const std::vector<std::string>& lines) {
    for (std::size_t line = 0; line < lines.size(); ++line) {
        if (line == max_place_lines) {
            out << "    ... and " << counted(lines.size() - line, "more line")
                << ": --output csv or json\n";
            break;
        }
        out << lines[line] << '\n';
    }
}

std::string padded(const std::string& text, std::size_t width) {
    return text + std::string(width > text.size() ? width - text.size() : 0, ' ');
}

/// One line of cells, without blanks at its end.
class LineText {
public:
    LineText(Style style, std::size_t label_width, const std::string& label)
        : style_{style}, text_{padded(label, label_width)} {}

    void add(const std::string& cell, std::size_t width, std::string_view codes = {}) {
        text_ += std::string(blanks_ + gap, ' ');
        text_ += codes.empty() ? cell : painted(style_, codes, cell);
        blanks_ = width - cell.size();
    }
    const std::string& text() const { return text_; }

private:
    Style style_;
    std::string text_;
    std::size_t blanks_ = 0;
};

class MatrixPrinter {
public:
    MatrixPrinter(std::ostream& out, Style style, const HostMatrix& matrix)
        : out_{out}, style_{style}, matrix_{matrix} {
        for (std::size_t column = 0; column < matrix.columns.size(); ++column) {
            const auto& [protocol, port] = matrix.columns[column];
            std::size_t width =
                std::max(to_string(protocol).size(), std::to_string(to_number(port)).size());
            for (const auto& row : matrix.rows) {
                width = std::max(width, cell_word(row.cells[column]).size());
            }
            widths_.push_back(width);
        }
        for (const auto& row : matrix.rows) {
            if (row.label.size() <= max_label) {
                label_width_ = std::max(label_width_, row.label.size());
            }
        }
    }

    void print() {
        for (std::size_t first = 0; first < widths_.size();) {
            const auto last = block_end(first);
            if (first > 0) {
                out_ << '\n';
            }
            print_block(first, last);
            first = last;
        }
        print_legend();
    }

private:
    /// Behind the last column that fits.
    std::size_t block_end(std::size_t first) const {
        std::size_t width = label_width_;
        std::size_t last = first;
        while (last < widths_.size() &&
               (last == first || width + gap + widths_[last] <= max_width)) {
            width += gap + widths_[last];
            ++last;
        }
        return last;
    }

    void print_block(std::size_t first, std::size_t last) {
        LineText protocols{style_, label_width_, ""};
        LineText ports{style_, label_width_, "HOST"};
        for (std::size_t column = first; column < last; ++column) {
            const auto& [protocol, port] = matrix_.columns[column];
            protocols.add(std::string{to_string(protocol)}, widths_[column]);
            ports.add(std::to_string(to_number(port)), widths_[column]);
        }
        out_ << protocols.text() << '\n' << ports.text() << '\n';
        for (const auto& row : matrix_.rows) {
            const bool is_long = row.label.size() > label_width_;
            if (is_long) {
                out_ << row.label << '\n';
            }
            LineText line{style_, label_width_, is_long ? "" : row.label};
            for (std::size_t column = first; column < last; ++column) {
                const Result* cell = row.cells[column];
                line.add(cell_word(cell), widths_[column],
                         cell == nullptr ? "" : colour_of(cell->conclusion.verdict));
            }
            out_ << line.text() << '\n';
        }
    }

    /// Of the words that stand in the cells.
    void print_legend() {
        std::map<std::pair<Verdict, std::string>, std::string> words;
        bool has_gaps = false;
        for (const auto& row : matrix_.rows) {
            for (const Result* cell : row.cells) {
                if (cell != nullptr) {
                    words[{cell->conclusion.verdict, cell_word(cell)}] =
                        conclusion_text(cell->conclusion);
                }
                has_gaps = has_gaps || cell == nullptr;
            }
        }
        std::string legend;
        for (const auto& [key, meaning] : words) {
            if (key.second != meaning) {
                legend += (legend.empty() ? "" : ", ") + key.second + " = " + meaning;
            }
        }
        if (has_gaps) {
            legend += (legend.empty() ? "" : ", ") + std::string{no_result} + " = no result";
        }
        if (!legend.empty()) {
            out_ << '\n';
            print_lines(out_, wrapped_words(legend, ""));
        }
    }

    std::ostream& out_;
    Style style_;
    const HostMatrix& matrix_;
    std::vector<std::size_t> widths_;
    std::size_t label_width_ = std::string_view{"HOST"}.size();
};

void print_details(std::ostream& out, Style style, const HostMatrix& matrix) {
    const auto details = cell_details(matrix);
    for (std::size_t place = 0; place < details.size(); ++place) {
        if (place == max_details) {
            out << "... and " << details.size() - place << " more: --output csv or json\n";
            break;
        }
        const auto& [verdict, words, hosts] = details[place];
        const std::string word{to_string(verdict)};
        auto lines = wrapped_words(word + ": " + words, "  ");
        lines.front().replace(0, word.size(), painted(style, colour_of(verdict), word));
        print_lines(out, lines);
        for (const auto& text : hosts) {
            print_lines(out, wrapped_words(text, "      ", "    "));
        }
    }
}

}  // namespace

void print_matrix(std::ostream& out, Style style, const HostMatrix& matrix) {
    MatrixPrinter{out, style, matrix}.print();
    const auto rtt = rtt_range(matrix);
    if (!rtt.empty()) {
        out << '\n';
        print_lines(out, wrapped_words("RTT " + rtt, "  "));
    }
    out << '\n';
    print_details(out, style, matrix);
}

}  // namespace pt::client
