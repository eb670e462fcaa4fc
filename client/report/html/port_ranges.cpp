#include "client/report/html/port_ranges.hpp"

#include <optional>

#include "client/text/number_text.hpp"

namespace pt::client {

std::string ranges_html(const PortSet& ports, std::size_t max_ranges) {
    std::string text;
    std::optional<Protocol> protocol;
    const auto ranges = ports.ranges();
    for (std::size_t place = 0; place < ranges.size(); ++place) {
        if (place == max_ranges) {
            return text + " and " + counted(ranges.size() - place, "more range") +
                   ": --output csv or json names every port";
        }
        const auto& range = ranges[place];
        if (protocol != range.protocol) {
            text += (text.empty() ? "" : " <wbr>") + std::string{to_string(range.protocol)} + '/';
        } else {
            text += ",<wbr>";
        }
        protocol = range.protocol;
        text += std::to_string(to_number(range.first));
        if (range.first != range.last) {
            text += '-' + std::to_string(to_number(range.last));
        }
    }
    return text;
}

}  // namespace pt::client
