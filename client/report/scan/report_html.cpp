#include <algorithm>
#include <ostream>
#include <set>
#include <string>
#include <vector>

#include "client/report/collected.hpp"
#include "client/report/html/html_text.hpp"
#include "client/report/html/matrix.hpp"
#include "client/report/html/page.hpp"
#include "client/report/html/path_figure.hpp"
#include "client/report/html/places.hpp"
#include "client/report/html/port_map.hpp"
#include "client/report/html/port_table.hpp"
#include "client/report/scan/html_hints.hpp"
#include "client/report/scan/make_reporter.hpp"
#include "client/report/scan/summary_text.hpp"
#include "client/report/table_groups.hpp"
#include "client/text/number_text.hpp"
#include "client/text/time_text.hpp"
#include "common/core/safe_text.hpp"

/// A scan as a page: the summary, hosts and ports, the ports of each host, paths of packets.
namespace pt::client {
namespace {

/// Of a protocol and host with more ports than this, all are drawn as a square.
constexpr std::size_t min_mapped = 1000;
constexpr std::size_t max_maps = 32;
/// Results up to this number have a figure each; of more, one of each group.
constexpr std::size_t max_figures = 24;
/// Hosts and addresses whose ports are listed; a table of hosts has all of them.
constexpr std::size_t max_places = 500;

/// What the tables and the figures are about.
struct Part {
    Place place;
    std::vector<ResultGroup> groups;
};

std::vector<Part> parts_of(const ResultRefs& results) {
    std::vector<Part> parts;
    for (Place& place : places_of(results)) {
        auto groups = group_results(place.results);
        parts.push_back({std::move(place), std::move(groups)});
    }
    return parts;
}

/// ", from 192.0.2.7", or how many addresses there are.
std::string source_text(const ResultRefs& results) {
    std::set<IpAddress> sources;
    for (const Result* result : results) {
        if (result->local && !result->local->address.is_unspecified()) {
            sources.insert(result->local->address);
        }
    }
    return sources.empty()       ? ""
           : sources.size() == 1 ? ", from " + sources.begin()->to_string()
                                 : ", from " + grouped_number(sources.size()) + " local addresses";
}

/// A host may have several addresses.
std::size_t count_hosts(const ResultRefs& results) {
    std::set<std::pair<std::uint32_t, std::string>> hosts;
    for (const Result* result : results) {
        hosts.emplace(result->host_place, result->host);
    }
    return hosts.size();
}

class Maps {
public:
    explicit Maps(std::ostream& out) : out_{out} {}

    void print(const Place& place) {
        for (const Protocol protocol : all_protocols) {
            const auto number = static_cast<std::size_t>(std::count_if(
                place.results.begin(), place.results.end(),
                [&](const Result* result) { return result->endpoint.protocol == protocol; }));
            if (number <= min_mapped) {
                continue;
            }
            if (++count_ > max_maps) {
                out_ << "<p>No map of these ports: a page has " << max_maps << " maps.</p>\n";
                return;
            }
            print_port_map(out_, port_verdicts(place.results, protocol), protocol, place.name,
                           "map-" + std::to_string(count_));
        }
    }

private:
    std::ostream& out_;
    std::size_t count_ = 0;
};

void print_figures(std::ostream& out, const std::vector<Part>& parts, std::size_t results) {
    std::vector<std::pair<const Place*, const Result*>> figures;
    const bool each = results <= max_figures;
    for (const Part& part : parts) {
        if (each) {
            for (const Result* result : part.place.results) {
                figures.emplace_back(&part.place, result);
            }
        } else {
            for (const ResultGroup& group : part.groups) {
                figures.emplace_back(&part.place, group.members.front());
            }
        }
    }
    begin_section(out, "paths", "Paths of the packets");
    out << "<p>Only what is proven is drawn. Full line: received there; line with a cross: lost; "
           "dotted line or dashed box: not known."
        << (each ? "" : " One port stands for each group of ports.") << "</p>\n";
    const std::size_t shown = std::min(figures.size(), max_figures);
    if (shown < figures.size()) {
        out << "<p>" << shown << " of " << grouped_number(figures.size())
            << " groups are drawn.</p>\n";
    }
    out << "<div class=\"packet-paths\">\n";
    for (std::size_t place = 0; place < shown; ++place) {
        print_path_figure(out, *figures[place].second, figures[place].first->name, place + 1);
    }
    out << "</div>\n";
    end_section(out);
}

class HtmlReport final : public CollectedReport {
public:
    HtmlReport(std::ostream& out, const Shown& shown) : CollectedReport{shown}, out_{out} {}

private:
    void print(const ResultRefs& results, const RunSummary& summary) override {
        begin_page(out_, "Ports of " + safe_text(summary.host), sentence(results, summary));
        print_notes(results, summary);
        const auto parts = parts_of(results);
        if (!results.empty()) {
            print_ports(parts);
            print_figures(out_, parts, results.size());
        }
        end_page(out_);
        out_.flush();
    }

    std::string sentence(const ResultRefs& results, const RunSummary& summary) const {
        const auto hosts = count_hosts(results);
        return tally_text(tally(), {}, hosts > 1 ? " of " + counted(hosts, "host") : "") +
               scan_text(summary) + source_text(results) +
               (summary.interrupted ? ", interrupted." : ".");
    }

    void print_notes(const ResultRefs& results, const RunSummary& summary) {
        std::vector<std::string> notes;
        if (results.size() < tally().total()) {
            notes.push_back(grouped_number(results.size()) + " of " +
                            counted(tally().total(), "port") + " are shown, as --only chooses.");
        }
        if (summary.interrupted) {
            notes.push_back(interrupted_text(tally()));
        }
        for (const auto& note : summary.notes) {
            notes.push_back(safe_text(note));
        }
        if (!notes.empty()) {
            begin_section(out_, "notes", "Notes");
            print_list(out_, "notes", notes);
            end_section(out_);
        }
        print_html_hints(out_, results);
    }

    void print_ports(const std::vector<Part>& parts) {
        if (parts.size() > 1) {
            std::vector<Place> places;
            places.reserve(parts.size());
            for (const Part& part : parts) {
                places.push_back(part.place);
            }
            begin_section(out_, "matrix", "Hosts and ports");
            print_matrix(out_, places);
            end_section(out_);
        }
        begin_section(out_, "ports", "Ports");
        Maps maps{out_};
        const std::size_t shown = std::min(parts.size(), max_places);
        for (std::size_t place = 0; place < shown; ++place) {
            const Part& part = parts[place];
            out_ << "<div class=\"place\">\n<h3>" << html(part.place.name) << "</h3>\n";
            maps.print(part.place);
            print_port_tables(out_, part.place, part.groups);
            out_ << "</div>\n";
        }
        if (parts.size() > shown) {
            out_ << "<p>" << counted(parts.size() - shown, "more host")
                 << ": their verdicts are in the table above; --output csv or json names every "
                    "port.</p>\n";
        }
        end_section(out_);
    }

    std::ostream& out_;
};

}  // namespace

std::unique_ptr<Reporter> make_html_report(std::ostream& out, const Shown& shown) {
    return std::make_unique<HtmlReport>(out, shown);
}

}  // namespace pt::client
