#include "server/bpf/port_marks.hpp"

#include <atomic>
#include <cstdint>

namespace pt::server {
namespace {

PortMarks::Mark to_mark(TimePoint time) {
    return static_cast<PortMarks::Mark>(time.time_since_epoch().count());
}

}  // namespace

void PortMarks::update(const PortSet& used, TimePoint began) {
    for (const auto protocol : all_protocols) {
        update(protocol, used, began);
    }
    used_before_ = used;
    began_before_ = began;
}

void PortMarks::update(Protocol protocol, const PortSet& used, TimePoint began) {
    const auto all = marks(protocol);
    for (std::uint32_t number = 1; number < port_count; ++number) {
        const Port port{static_cast<std::uint16_t>(number)};
        const std::atomic_ref mark{all[number]};
        Mark seen = mark.load(std::memory_order_relaxed);
        if (used.contains(protocol, port)) {
            if (seen < to_mark(began)) {
                // Fails only where the kernel's side has set a newer one.
                mark.compare_exchange_strong(seen, to_mark(began));
            }
        } else if (seen != 0 && seen < to_mark(began_before_) &&
                   !used_before_.contains(protocol, port)) {
            mark.compare_exchange_strong(seen, 0);
        }
    }
}

bool PortMarks::in_use(Protocol protocol, Port port) const {
    return std::atomic_ref{marks(protocol)[to_number(port)]}.load(std::memory_order_relaxed) != 0;
}

PortSet PortMarks::in_use() const {
    PortSet ports;
    for (const auto protocol : all_protocols) {
        for (std::uint32_t number = 1; number < port_count; ++number) {
            const Port port{static_cast<std::uint16_t>(number)};
            if (in_use(protocol, port)) {
                ports.insert(protocol, port);
            }
        }
    }
    return ports;
}

}  // namespace pt::server
