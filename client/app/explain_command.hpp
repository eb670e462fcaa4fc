#pragma once

#include <iosfwd>

#include "client/report/exit_code.hpp"

namespace pt::client {

/// `pt-client explain` without a host: makes an exchange over loopback and prints what happened.
ExitCode run_explain(std::ostream& out, std::ostream& errors);

}  // namespace pt::client
