#pragma once

#include <string_view>
#include <vector>

#include "common/options/option.hpp"

/// What a program says about itself: --help and its manual page are made from it.
namespace pt {

/// A term and what it means.
struct Row {
    std::string_view term;
    std::string_view text;
};

/// One more topic, after the options.
struct Chapter {
    std::string_view title;
    std::string_view text = {};  ///< one paragraph, after the rows
    std::vector<Row> rows = {};
    bool in_help = true;  ///< or in the manual page alone
};

struct Program {
    std::string_view name;
    std::string_view purpose;      ///< a few words, as apropos(1) and lists of commands show
    std::string_view description;  ///< one paragraph
    std::vector<std::string_view> usage;
    std::string_view examples_note;
    std::vector<Row> examples;  ///< commands; one without a text speaks for itself
    std::vector<Option> options;
    std::vector<Chapter> chapters;
    bool takes_hosts = false;    ///< names of hosts stand among its words, besides port specs
    bool takes_command = false;  ///< one may follow "--"
    bool takes_files = false;    ///< names of files do; port specs then only with `takes_hosts`
    /// Programs within this one, called by their names as its first word: "pt-client check". Each
    /// has options, help and a manual page ("pt-client-check") of its own, and no commands. Without
    /// such a word, or with `default_command`, it is this program itself.
    std::vector<Program> commands = {};
    std::string_view default_command = {};
};

/// The format of a configuration file; its settings are the options that may stand there.
struct ConfigFile {
    std::string_view name;
    std::string_view purpose;
    std::vector<std::string_view> description;  ///< paragraphs
    std::string_view example;                   ///< lines of a file
};

}  // namespace pt
