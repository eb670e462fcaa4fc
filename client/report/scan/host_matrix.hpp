#pragma once

#include <optional>
#include <string>
#include <vector>

#include "client/report/table_groups.hpp"
#include "client/result/result_refs.hpp"
#include "common/core/endpoint.hpp"

/// Many hosts with the same few ports: hosts as rows, ports as columns. Pure; points into the
/// results that it was made of.
namespace pt::client {

struct HostMatrix {
    struct Column {
        Protocol protocol = Protocol::tcp;
        Port port{};
        friend auto operator<=>(const Column&, const Column&) = default;
    };
    struct Row {
        std::string label;                 ///< `place_text`
        std::vector<const Result*> cells;  ///< one for each column; nullptr: no result
    };
    std::vector<Column> columns;  ///< in order
    std::vector<Row> rows;
};

/// Nothing where a table for each host shows more: with fewer than three hosts, with many ports,
/// where most hosts have ports of their own, or where there are several round-trip times of a
/// port. Results in report order.
std::optional<HostMatrix> host_matrix(const ResultRefs& results);

/// What the cells do not say of some results: all of which the same is to be said.
struct CellDetail {
    Verdict verdict = Verdict::untested;
    std::string words;  ///< evidence, and notes
    std::vector<std::string>
        places;  ///< "tcp/25: all 50 hosts above", "udp/53: 10.0.0.1, 10.0.0.2"
};

/// The rarest verdict first. Ports that are open with nothing else to be said are left out.
std::vector<CellDetail> cell_details(const HostMatrix& matrix);

/// "0.088 ms (10.0.0.1 udp/53) to 1.20 ms (...)": the shortest and the longest round-trip time; ""
/// where there is none.
std::string rtt_range(const HostMatrix& matrix);

}  // namespace pt::client
