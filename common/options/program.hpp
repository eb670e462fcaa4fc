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
    std::string_view purpose;      ///< a few words, as apropos(1) shows
    std::string_view description;  ///< one paragraph
    std::vector<std::string_view> usage;
    std::string_view examples_note;
    std::vector<Row> examples;  ///< commands; one without a text speaks for itself
    std::vector<Option> options;
    std::vector<Chapter> chapters;
    bool takes_hosts = false;    ///< names of hosts stand among its words, besides port specs
    bool takes_command = false;  ///< one may follow "--"
};

/// The format of a configuration file; its settings are the options that may stand there.
struct ConfigFile {
    std::string_view name;
    std::string_view purpose;
    std::vector<std::string_view> description;  ///< paragraphs
    std::string_view example;                   ///< lines of a file
};

}  // namespace pt
