#pragma once

#include <string>

#include "common/options/program.hpp"

/// Completions of shells: names of options, fixed values, files and hosts where such are wanted,
/// and the beginnings of port specs. Nothing of the distribution's is needed besides the shell.
namespace pt::manual {

/// For share/bash-completion/completions.
std::string bash_completion(const Program& program);

/// For share/zsh/vendor-completions, as _PROGRAM.
std::string zsh_completion(const Program& program);

/// For share/fish/vendor_completions.d.
std::string fish_completion(const Program& program);

}  // namespace pt::manual
