#include <ostream>
#include <string>

#include "client/report/compare/comparison.hpp"
#include "client/report/csv_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {
namespace {

constexpr const char* header =
    "kind,host,address,address_before,protocol,first_port,last_port,service,ports,reachable,"
    "before_verdict,before_evidence,before_by,before_direction,"
    "after_verdict,after_evidence,after_by,after_direction,remarks\r\n";

std::string address_cell(const IpAddress& address) {
    return address.is_unspecified() ? "" : address.to_string();
}

void add_ports(const Change& change, CsvLine& line) {
    constexpr int cells = 6;
    if (change.is_host()) {
        for (int cell = 0; cell < cells; ++cell) {
            line.add("");
        }
        return;
    }
    const auto address_before = change.address_before();
    const bool single = change.first == change.last;
    line.add(address_cell(change.address()))
        .add(address_before ? address_before->to_string() : "")
        .add(std::string{to_string(change.protocol)})
        .add(std::to_string(to_number(change.first)))
        .add(std::to_string(to_number(change.last)))
        .add(single ? std::string{service_name(change.protocol, change.first)} : "");
}

void add_side(const std::optional<Side>& side, CsvLine& line) {
    const auto conclusion = side ? side->conclusion : Conclusion{};
    line.add(side ? std::string{to_string(conclusion.verdict)} : "")
        .add(side ? std::string{to_string(conclusion.evidence)} : "")
        .add(conclusion.by ? conclusion.by->to_string() : "")
        .add(conclusion.direction ? std::string{to_string(*conclusion.direction)} : "");
}

}  // namespace

void print_comparison_csv(const Comparison& comparison, std::ostream& out) {
    out << header;
    for (const Change& change : comparison.changes) {
        CsvLine line;
        line.add(std::string{to_string(change.kind)}).add(change.host);
        add_ports(change, line);
        line.add(std::to_string(change.ports))
            .add(change.is_host() ? std::to_string(change.reachable) : "");
        add_side(change.before, line);
        add_side(change.after, line);
        std::string remarks;
        for (const auto& remark : change.remarks) {
            remarks += (remarks.empty() ? "" : "; ") + remark;
        }
        out << line.add(remarks).text();
    }
    out.flush();
}

}  // namespace pt::client
