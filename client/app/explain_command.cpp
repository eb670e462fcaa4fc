#include "client/app/explain_command.hpp"

#include <ostream>

#include "client/app/loopback_exchange.hpp"
#include "client/scan/local_facts.hpp"

namespace pt::client {

ExitCode run_explain(std::ostream& out, std::ostream& errors) {
    const auto exchange = exchange_over_loopback();
    if (!exchange) {
        errors << "pt-client: " << exchange.error().message << std::endl;
        return ExitCode::could_not_test;
    }
    out << lesson(*exchange, read_explain_facts({}));
    return ExitCode::as_expected;
}

}  // namespace pt::client
