#pragma once

#include <boost/system/result.hpp>
#include <string>

namespace pt {

/// What a person got wrong in a command line or a file: one line that names the word and what is
/// allowed, printable ASCII.
struct UsageError {
    std::string message;
};

/// A value, or why there is none: how everything is returned that may fail for a reason that is to
/// be expected. `if (result)`, then `*result`; else `result.error()`. Calls of the system return
/// std::error_code, as they do in Asio. (A std::string could be either: boost::system::in_place_value
/// says that it is the value.)
template <class Value, class Error = UsageError>
using Expected = boost::system::result<Value, Error>;

}  // namespace pt
