#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "client/options/options.hpp"
#include "client/result/result.hpp"
#include "common/core/expected.hpp"
#include "common/json/json_fields.hpp"

namespace pt::client {

/// A result read back from the JSON object that a report made of it, so that printing it again
/// gives the same object; or one phrase that says which value is not what a report writes. Values
/// that a newer or older pt-client may not have are let be; those that say what was tested and
/// found must be there. `host_place` is the reader's to set.
Expected<Result> read_past_result(const boost::json::object& object);

/// The "notes" of a result or of a scan: bounded in number and size.
void read_notes(JsonFields& fields, std::vector<std::string>& notes);

/// Whether the result says something about the network: it need not be looked for again.
bool stands(const Conclusion& conclusion);

}  // namespace pt::client
