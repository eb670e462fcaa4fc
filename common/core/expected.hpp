#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace pt {

/// What a person got wrong in a command line or a file: one line that names the word and what is
/// allowed, printable ASCII.
struct UsageError {
    std::string message;
};

/// A value, or why there is none: what functions return that can fail for an expected reason. `if
/// (result)`, then `*result`; else `result.error()`. Does not enforce that it is looked at: a
/// function that returns Expected<void> is [[nodiscard]]. A std::string could be value or error:
/// boost::system::in_place_value says that it is the value.
template <class Value, class Error = UsageError>
using Expected = boost::system::result<Value, Error>;

}  // namespace pt
