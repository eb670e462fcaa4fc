#include "client/saved/results_file.hpp"

#include <algorithm>
#include <boost/json/error.hpp>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parser.hpp>
#include <cstdint>
#include <map>
#include <streambuf>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "client/options/targets.hpp"
#include "client/saved/past_result.hpp"
#include "client/saved/past_summary.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

namespace json = boost::json;

/// A result has about 600 bytes; notes and a long host name may add some.
constexpr std::size_t max_result = std::size_t{64} * 1024;
constexpr std::uint64_t max_file = std::uint64_t{1} << 30U;
/// Every port of both protocols at some dozens of addresses.
constexpr std::size_t max_results = 4'000'000;
constexpr std::size_t deepest = 4;
/// What the JSON of most results takes; more is allocated where a line needs it.
constexpr std::size_t usual_memory = std::size_t{16} * 1024;
constexpr std::string_view blanks = " \t\r";

/// One line, without its end; of one that is longer than a result may be, only its begin.
struct Line {
    std::string text;
    bool too_long = false;
    bool ended = false;
};

class Lines {
public:
    explicit Lines(std::istream& file) : bytes_{*file.rdbuf()} {}

    /// False: there is none, or the file is longer than any that is read.
    bool next(Line& line) {
        line.text.clear();
        line.too_long = line.ended = false;
        bool any = false;
        while (!line.ended && fill()) {
            any = true;
            const std::string_view rest{block_.data() + taken_, filled_ - taken_};
            const auto end = rest.find('\n');
            line.ended = end != std::string_view::npos;
            const auto piece = rest.substr(0, end);
            taken_ += piece.size() + (line.ended ? 1 : 0);
            if (beyond_bound()) {
                return false;
            }
            const auto kept = std::min(piece.size(), max_result - line.text.size());
            line.text += piece.substr(0, kept);
            line.too_long = line.too_long || kept < piece.size();
            if (line.too_long && line.text.front() != ' ' && line.text.front() != '"') {
                break;  // no result is so long; of what stands around them, a manifest may be
            }
        }
        number_ += any ? 1 : 0;
        return any;
    }

    std::size_t number() const { return number_; }
    bool beyond_bound() const { return read_before_ + taken_ > max_file; }

private:
    static constexpr std::size_t block_size = std::size_t{64} * 1024;

    /// False: there are no more bytes.
    bool fill() {
        if (taken_ == filled_) {
            read_before_ += filled_;
            taken_ = 0;
            const auto got = bytes_.sgetn(block_.data(), std::streamsize{block_size});
            filled_ = static_cast<std::size_t>(std::max<std::streamsize>(got, 0));
        }
        return taken_ < filled_;
    }

    std::streambuf& bytes_;
    std::vector<char> block_ = std::vector<char>(block_size);
    std::size_t filled_ = 0;
    std::size_t taken_ = 0;          ///< of the block
    std::uint64_t read_before_ = 0;  ///< in earlier blocks
    std::size_t number_ = 0;
};

/// A part of a result that has been laid out in several lines; in --output json, no line begins so.
bool is_laid_out(std::string_view text) { return text.starts_with("\"verdict\"") || text == "},"; }

/// What stands around the results in --output json: its braces, its keys, the end of its array.
bool is_frame(std::string_view text) {
    return text == "{" || text == "}" || text.front() == '"' || text == "]" || text == "],";
}

class Reader {
public:
    Reader() : parser_{{}, parse_options()} {}

    /// A complaint about the line, or "".
    std::string take(const Line& line) {
        std::string_view text{line.text};
        text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
        text = text.substr(0, text.find_last_not_of(blanks) + 1);
        if (is_laid_out(text)) {
            return "results are laid out in several lines, as \"jq .\" does; a line for each is "
                   "made "
                   "by: jq -c '.results[]? // .' FILE";
        }
        if (text.empty() || is_frame(text)) {
            past_.lacks_end = text == "{" || (past_.lacks_end && text != "}");
            if (!text.empty() && !line.too_long) {
                summary_.take_line(text);
            }
            return "";
        }
        if (text.front() != '{') {
            return "no line that --output json or jsonl prints";
        }
        if (line.too_long) {
            return "longer than " + std::to_string(max_result) + " bytes";
        }
        if (text.back() == ',') {
            text.remove_suffix(1);
        }
        return take_object(text);
    }

    PastResults& results() {
        past_.summary = summary_.summary();
        past_.counted = summary_.results();
        return past_;
    }
    /// The last line has no end.
    void set_ends_within_line(bool value) { past_.ends_within_line = value; }

private:
    static json::parse_options parse_options() {
        json::parse_options options;
        options.max_depth = deepest;
        return options;
    }

    std::string take_object(std::string_view text) {
        json::error_code failed;
        parser_.reset();  // lets go of what it has in the memory
        memory_.release();
        parser_.reset(&memory_);
        parser_.write({text.data(), text.size()}, failed);
        // Of what is cut within a number, the parser says that it is wrong.
        if (failed == json::error::incomplete || (failed && text.back() != '}')) {
            ++past_.cut_lines;
            return "";
        }
        if (failed) {
            return "no valid JSON: " + failed.message();
        }
        const json::value value = parser_.release();
        auto result = read_past_result(value.get_object());
        if (!result) {
            return result.error().message;
        }
        return keep(*std::move(result));
    }

    /// Later results for an endpoint outweigh earlier ones, unless they say less.
    std::string keep(Result&& result) {
        summary_.take_result();
        const auto host = hosts_.try_emplace(result.host, hosts_.size()).first->second;
        if (host == max_hosts) {
            return "more than " + std::to_string(max_hosts) + " hosts";
        }
        result.host_place = static_cast<std::uint32_t>(host);
        const auto [place, is_new] =
            places_.try_emplace({result.host_place, result.endpoint}, past_.results.size());
        if (is_new) {
            if (past_.results.size() == max_results) {
                return "more than " + std::to_string(max_results) + " results";
            }
            past_.results.push_back(std::move(result));
        } else if (stands(result.conclusion) || !stands(past_.results[place->second].conclusion)) {
            past_.results[place->second] = std::move(result);
        }
        return "";
    }

    std::vector<unsigned char> first_memory_ = std::vector<unsigned char>(usual_memory);
    /// Of one line: a result has dozens of keys, and freeing them one by one takes long.
    json::monotonic_resource memory_{first_memory_.data(), first_memory_.size()};
    json::parser parser_;
    PastResults past_;
    PastSummary summary_;
    std::map<std::string, std::size_t> hosts_;
    std::map<std::pair<std::uint32_t, Endpoint>, std::size_t> places_;
};

}  // namespace

Expected<PastResults> read_past_results(std::istream& file, const std::string& name) {
    Reader reader;
    Lines lines{file};
    Line line;
    while (lines.next(line)) {
        const auto complaint = reader.take(line);
        if (!complaint.empty()) {
            return UsageError{safe_text(name) + " line " + std::to_string(lines.number()) + ": " +
                              complaint};
        }
        reader.set_ends_within_line(!line.ended);
    }
    if (lines.beyond_bound()) {
        return UsageError{safe_text(name) + ": longer than " + std::to_string(max_file) + " bytes"};
    }
    return std::move(reader.results());
}

}  // namespace pt::client
