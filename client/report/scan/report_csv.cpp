#include <ostream>
#include <string>
#include <utility>

#include "client/report/csv_text.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/result/describe.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/service_names.hpp"

namespace pt::client {
namespace {

std::string rtt_cell(const RttStatistics& rtt, Nanoseconds value) {
    constexpr int digits = 6;
    return rtt.samples() == 0 ? "" : decimal(milliseconds(value), digits);
}

template <class Value>
std::string text_or_empty(const std::optional<Value>& value) {
    return value ? value->to_string() : "";
}

std::string joined(const std::vector<std::string>& notes) {
    std::string text;
    for (const auto& note : notes) {
        text += (text.empty() ? "" : "; ") + note;
    }
    return text;
}

std::string result_line(const Result& result) {
    const auto& [verdict, evidence, by, direction] = result.conclusion;
    const auto& endpoint = result.endpoint;
    return CsvLine{}
        .add(result.host)
        .add(endpoint.address.is_unspecified() ? "" : endpoint.address.to_string())
        .add(std::string{to_string(endpoint.protocol)})
        .add(std::to_string(to_number(endpoint.port)))
        .add(std::string{service_name(endpoint.protocol, endpoint.port)})
        .add(std::string{to_string(verdict)})
        .add(std::string{to_string(evidence)})
        .add(text_or_empty(by))
        .add(direction ? std::string{to_string(*direction)} : "")
        .add(local_reason(result))
        .add(std::to_string(result.attempts))
        .add(rtt_cell(result.rtt, result.rtt.min()))
        .add(rtt_cell(result.rtt, result.rtt.mean()))
        .add(rtt_cell(result.rtt, result.rtt.max()))
        .add(rtt_cell(result.rtt, result.rtt.stddev()))
        .add(std::to_string(result.frames_sent))
        .add(std::to_string(result.frames_lost))
        .add(text_or_empty(result.local))
        .add(result.seen ? result.seen->source.to_string() : "")
        .add(result.seen ? result.seen->destination.to_string() : "")
        .add(joined(result.notes))
        .add(result.concluded_at ? utc_text_ms(*result.concluded_at) : "")
        .add(describe(result))
        .text();
}

constexpr const char* header =
    "host,address,protocol,port,service,verdict,evidence,by,direction,error,attempts,"
    "rtt_min_ms,rtt_avg_ms,rtt_max_ms,rtt_stddev_ms,frames_sent,frames_lost,local,"
    "seen_source,seen_destination,notes,time,reason\r\n";

/// A line for each result as soon as it is decided: a scan of very many ports keeps none of them.
class CsvReport final : public Reporter {
public:
    CsvReport(std::ostream& out, const Shown& shown) : out_{out}, shown_{shown} {}

    void result(const Result& result) override {
        if (shown_.shows(result)) {
            print_header();
            out_ << result_line(result) << std::flush;
        }
    }
    void finish(const RunSummary& summary) override {
        static_cast<void>(summary);
        print_header();
        out_.flush();
    }

private:
    void print_header() {
        if (!std::exchange(header_printed_, true)) {
            out_ << header;
        }
    }

    std::ostream& out_;
    Shown shown_;
    bool header_printed_ = false;
};

}  // namespace

std::unique_ptr<Reporter> make_csv_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<CsvReport>(out, shown);
}

}  // namespace pt::client
