#include "client/policy/yaml_tree.hpp"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <istream>
#include <set>
#include <sstream>
#include <string_view>
#include <utility>

#include "common/core/byte_order_mark.hpp"
#include "common/core/safe_text.hpp"

namespace pt::client {
namespace {

/// Far more than 10,000 expectations take.
constexpr std::size_t max_bytes = 1'048'576;
constexpr std::size_t max_nodes = 100'000;
/// yaml-cpp looks ahead for the end of a plain value: a line without an end would be slow.
constexpr std::size_t max_line = 65'536;
/// tests, a test, its value, a list in it.
constexpr std::size_t max_depth = 8;
/// Of brackets that are open at once: yaml-cpp keeps each until it knows whether it begins a key.
constexpr std::size_t max_open_brackets = 100;

/// What is wrong, and where it begins.
struct Fault {
    YAML::Mark mark;
    std::string message;
};

/// Builds the tree from yaml-cpp's events. Its own nodes would resolve aliases, keep the last of
/// two equal keys and forget where a key stands.
class TreeBuilder final : public YAML::EventHandler {
public:
    YamlNode take() { return std::move(root_); }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (std::exchange(begun_, true)) {
            throw Fault{mark, "a second document: one is allowed in a file"};
        }
    }
    void OnDocumentEnd() override {}
    void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
        throw Fault{mark, "an alias (*): repeat what it stands for"};
    }
    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        check(mark, "", anchor);
        add(node_at(mark, YamlNode::Kind::null));
    }
    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check(mark, tag, anchor);
        YamlNode node = node_at(mark, YamlNode::Kind::scalar);
        node.text = value;
        add(std::move(node));
    }
    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        check(mark, tag, anchor);
        open(node_at(mark, YamlNode::Kind::sequence));
    }
    void OnSequenceEnd() override { close(); }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        check(mark, tag, anchor);
        open(node_at(mark, YamlNode::Kind::map));
    }
    void OnMapEnd() override { close(); }

private:
    /// What is being read, from the root down.
    struct Level {
        YamlNode node;
        bool has_key = false;  ///< of a map: its value comes next
        std::set<std::string> keys{};
    };

    YamlNode node_at(const YAML::Mark& mark, YamlNode::Kind kind) {
        if (++nodes_ > max_nodes) {
            throw Fault{mark, "more than " + std::to_string(max_nodes) + " values"};
        }
        YamlNode node;
        node.kind = kind;
        node.line = static_cast<std::size_t>(std::max(mark.line, 0)) + 1;
        node.column = static_cast<std::size_t>(std::max(mark.column, 0)) + 1;
        mark_ = mark;
        return node;
    }

    /// yaml-cpp gives "?" for a plain value and "!" for one in quotes.
    static void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        if (anchor != 0) {
            throw Fault{mark, "an anchor (&): leave it out"};
        }
        if (!tag.empty() && tag != "?" && tag != "!") {
            throw Fault{mark, "a tag (!): leave it out"};
        }
    }

    void open(YamlNode node) {
        if (levels_.size() == max_depth) {
            throw Fault{mark_, "nested more than " + std::to_string(max_depth) + " levels deep"};
        }
        if (!levels_.empty() && levels_.back().node.kind == YamlNode::Kind::map &&
            !levels_.back().has_key) {
            throw Fault{mark_, "a key must be a word"};
        }
        levels_.push_back({std::move(node)});
    }

    void close() {
        YamlNode node = std::move(levels_.back().node);
        levels_.pop_back();
        add(std::move(node));
    }

    void add(YamlNode node) {
        if (levels_.empty()) {
            root_ = std::move(node);
            return;
        }
        Level& level = levels_.back();
        if (level.node.kind == YamlNode::Kind::sequence) {
            level.node.items.push_back(std::move(node));
        } else if (std::exchange(level.has_key, !level.has_key)) {
            level.node.map.back().value = std::move(node);
        } else {
            add_key(level, std::move(node));
        }
    }

    void add_key(Level& level, YamlNode key) {
        if (key.kind != YamlNode::Kind::scalar) {
            throw Fault{mark_, "a key must be a word"};
        }
        if (!level.keys.insert(key.text).second) {
            throw Fault{mark_, quote_word(key.text) + " may be given only once"};
        }
        level.node.map.push_back({std::move(key), {}});
    }

    YamlNode root_;
    std::vector<Level> levels_;
    std::size_t nodes_ = 0;
    YAML::Mark mark_;
    bool begun_ = false;
};

UsageError at(const std::string& file, const YAML::Mark& mark, const std::string& message) {
    YamlNode place;
    place.line = static_cast<std::size_t>(std::max(mark.line, 0)) + 1;
    place.column = static_cast<std::size_t>(std::max(mark.column, 0)) + 1;
    return located(file, place, message);
}

/// What a text is bounded by before it is parsed.
class Bounds {
public:
    /// What is too much with this byte; "" if nothing is.
    std::string take(char byte) {
        if (bytes_++ == max_bytes) {
            return "larger than 1 MiB";
        }
        const auto code = static_cast<unsigned char>(byte);
        const bool is_blank = byte == '\t' || byte == '\n' || byte == '\r';
        // yaml-cpp takes a zero byte for the beginning of an escape sequence.
        if ((code < ' ' && !is_blank) || code == 0x7F) {
            return "a control byte: save the file as text";
        }
        const bool ends_line = byte == '\n';
        const bool begins_comment = byte == '#' && (length_ == 0 || last_ == ' ');
        is_comment_ = !ends_line && (is_comment_ || begins_comment);
        length_ = ends_line ? 0 : length_ + 1;
        line_ += ends_line ? 1 : 0;
        last_ = byte;
        if (!is_comment_) {
            brackets_ += byte == '[' || byte == '{' ? 1 : 0;
            brackets_ -= brackets_ > 0 && (byte == ']' || byte == '}') ? 1 : 0;
        }
        return length_ > max_line ? "longer than " + std::to_string(max_line) + " bytes"
               : brackets_ > max_open_brackets
                   ? "more than " + std::to_string(max_open_brackets) + " open brackets"
                   : "";
    }
    std::size_t line() const { return line_; }

private:
    std::size_t bytes_ = 0;
    std::size_t line_ = 1;
    std::size_t length_ = 0;
    std::size_t brackets_ = 0;
    bool is_comment_ = false;
    char last_ = '\n';
};

/// All of a stream, if that is not too much; or what is wrong with it as a whole.
Expected<std::string> read_all(std::istream& file, const std::string& name) {
    std::string text;
    Bounds bounds;
    for (char byte = 0; file.get(byte);) {
        if (const auto excess = bounds.take(byte); !excess.empty() && !is_utf16(text)) {
            return UsageError{safe_text(name) + " line " + std::to_string(bounds.line()) + ": " +
                              excess};
        }
        text += byte;
    }
    if (is_utf16(text)) {
        return UsageError{safe_text(name) + ": UTF-16 text: save the file as UTF-8"};
    }
    return Expected<std::string>{boost::system::in_place_value, std::move(text)};
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
    const auto found = std::find_if(
        map.begin(), map.end(), [key](const YamlEntry& entry) { return entry.key.text == key; });
    return found == map.end() ? nullptr : &found->value;
}

UsageError located(const std::string& file, const YamlNode& node, const std::string& message) {
    return {safe_text(file) + " line " + std::to_string(node.line) + ", column " +
            std::to_string(node.column) + ": " + message};
}

Expected<YamlNode> read_yaml(std::istream& file, const std::string& name) {
    const auto text = read_all(file, name);
    if (!text) {
        return text.error();
    }
    std::istringstream stream{*text};
    TreeBuilder builder;
    try {
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const Fault& fault) {
        return at(name, fault.mark, fault.message);
    } catch (const YAML::Exception& error) {
        return at(name, error.mark, safe_text(error.msg));
    }
    return builder.take();
}

}  // namespace pt::client
