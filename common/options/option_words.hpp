#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>

#include "common/core/expected.hpp"

namespace pt {

/// The syntax of a command line alone: Program_options tells options, their values and other words
/// apart. Names must be whole. A complaint, printable and on one line, where that is not possible.
Expected<boost::program_options::parsed_options> split_words(
    int argc, const char* const argv[], const boost::program_options::options_description& options);

}  // namespace pt
