#pragma once

#include <string>

#include "client/result/result.hpp"

namespace pt::client {

/// The result in one sentence for a person who learns: what was asked, what came of it, and on
/// which way something was lost, as far as that is proven.
std::string answer(const Result& result);

}  // namespace pt::client
