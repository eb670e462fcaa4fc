#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <ostream>
#include <streambuf>

#include "client/report/report.hpp"

namespace pt::client {

/// A report whose `finish` may be called again where it failed, as for want of memory, with the
/// same summary: what is written already is not written twice.
class RepeatableReport final : public Reporter {
public:
    using Make = std::function<std::unique_ptr<Reporter>(std::ostream&)>;

    /// `out` outlives it; `make` makes the report that prints.
    RepeatableReport(std::ostream& out, const Make& make);

    void expect(std::size_t results) override { report_->expect(results); }
    void result(const Result& result) override { report_->result(result); }
    void reported_before(const Result& result) override { report_->reported_before(result); }
    void finish(const RunSummary& summary) override;

private:
    /// Hands on all but the first bytes, if they are a repetition.
    class Buffer final : public std::streambuf {
    public:
        explicit Buffer(std::ostream& out) : out_{out} {}
        /// What comes is the end of the report, perhaps once more.
        void begin_end() {
            at_end_ = true;
            repeated_ = written_;
        }

    private:
        std::streamsize xsputn(const char* text, std::streamsize size) override;
        int overflow(int character) override;
        int sync() override;

        std::ostream& out_;
        bool at_end_ = false;
        std::size_t written_ = 0;   ///< of the end of the report
        std::size_t repeated_ = 0;  ///< to be left out still
    };

    Buffer buffer_;
    std::ostream out_;
    std::unique_ptr<Reporter> report_;
};

}  // namespace pt::client
