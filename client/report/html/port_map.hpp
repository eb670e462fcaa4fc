#pragma once

#include <array>
#include <iosfwd>
#include <optional>
#include <string>

#include "client/result/result_refs.hpp"
#include "common/core/port.hpp"
#include "common/core/verdict.hpp"

/// All ports of a protocol as a square of 256 x 256 cells, one for each port, in the colour of its
/// verdict; port 0 is at the top left, 256 ports in a row.
namespace pt::client {

/// By port number; nothing where there is no result.
using PortVerdicts = std::array<std::optional<Verdict>, port_count>;

PortVerdicts port_verdicts(const ResultRefs& results, Protocol protocol);

/// The runs of one verdict as data of an SVG path that is stroked one unit wide: "M12 0h3m5 0h1"
/// are ports 12 to 14 and 20. Runs end with their row. About 7 bytes each; "" where there is none.
std::string runs_of(const PortVerdicts& ports, Verdict verdict);

/// The square, and a table of its verdicts with counts and ranges, which says the same in words.
/// `id` is a plain word that no other figure has.
void print_port_map(std::ostream& out, const PortVerdicts& ports, Protocol protocol,
                    const std::string& place, const std::string& id);

}  // namespace pt::client
