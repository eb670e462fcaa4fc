#pragma once

#include "common/options/program.hpp"

namespace pt::manual {

/// Whether port specs stand among the words: not where these are nothing but files.
inline bool takes_specs(const Program& program) {
    return program.takes_hosts || !program.takes_files;
}

}  // namespace pt::manual
