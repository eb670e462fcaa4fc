#pragma once

#include <string>

#include "client/cli/draft.hpp"

/// Which options go with which, and what one changes of another, once all have been read. Each
/// settles a part of the draft; a complaint in one line, or "".
namespace pt::client {

/// Before the others: --explain, --verbose and a command each want an output that has room for
/// them.
std::string settle_output(const Draft& draft);
std::string settle_journal(const Draft& draft);
std::string settle_baseline(const Draft& draft);
/// The address family; when the hosts are known.
std::string settle_family(Draft& draft);

}  // namespace pt::client
