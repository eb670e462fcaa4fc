#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <string_view>

#include "server/cli/options.hpp"

/// The options that the command line and the configuration file share, by name.
namespace pt::server {

/// Names and arities for Program_options.
boost::program_options::options_description shared_options();

/// Takes one value of the option `name`. A complaint that names the word and what is allowed, or
/// "".
std::string apply_option(Settings& settings, std::string_view name, const std::string& value);

/// A port spec, as a word of the command line or the value of `listen`.
std::string apply_spec(Settings& settings, const std::string& spec);

}  // namespace pt::server
