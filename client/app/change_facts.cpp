#include "client/app/change_facts.hpp"

#include <string_view>

#include "client/text/time_text.hpp"

namespace pt::client {

std::vector<std::string> change_facts(const WatchedPort& port, const PortEvent& event,
                                      const WallClock& now) {
    std::vector<std::string> facts{
        "PT_HOST=" + port.host(), "PT_ADDRESS=" + port.endpoint().address.to_string(),
        "PT_PROTOCOL=" + std::string{to_string(port.endpoint().protocol)},
        "PT_PORT=" + std::to_string(to_number(port.endpoint().port))};
    const auto add = [&facts](const char* name, std::string_view value) {
        facts.push_back(std::string{name} + '=' + std::string{value});
    };
    if (const auto* change = std::get_if<StateChange>(&event)) {
        add("PT_FLOW", to_string(change->flow));
        add("PT_BEFORE", to_string(change->change.before));
        add("PT_STATE", to_string(change->change.after));
        add("PT_EARLIEST",
            change->change.earliest ? utc_text_ms(now.at(*change->change.earliest)) : "");
        add("PT_LATEST", utc_text_ms(now.at(change->change.latest)));
    } else {
        add("PT_FLOW", to_string(FlowKind::established));
        add("PT_BEFORE", to_string(std::get<EstablishedEnd>(event).before));
        add("PT_STATE", "ended");
        const auto at = utc_text_ms(now.at(std::get<EstablishedEnd>(event).at));
        add("PT_EARLIEST", at);
        add("PT_LATEST", at);
    }
    return facts;
}

}  // namespace pt::client
