#pragma once

#include <span>

#include "common/core/port_set.hpp"
#include "common/core/timing.hpp"

namespace pt::server {

/// Which ports other programs use, as the steering program in the kernel reads it: for each port
/// when its use was last noticed, in nanoseconds of the monotonic clock; 0: nobody uses it. The
/// kernel's side only sets marks, at any moment; this side sets and takes them away, and never one
/// that it has not seen.
class PortMarks {
public:
    using Mark = unsigned long long;  ///< as the kernel's headers spell 64 bits (__u64)

    /// 65,536 marks for each protocol, which outlive this object.
    PortMarks(std::span<Mark> tcp, std::span<Mark> udp) : tcp_{tcp}, udp_{udp} {}

    /// Takes over what a look at all sockets, begun at `began`, has found. A mark goes only when
    /// two looks in a row, both begun after it was set, have missed the port: one look can miss a
    /// socket, as the kernel's tables change while they are read.
    void update(const PortSet& used, TimePoint began);

    PortSet in_use() const;
    bool in_use(Protocol protocol, Port port) const;

private:
    void update(Protocol protocol, const PortSet& used, TimePoint began);
    std::span<Mark> marks(Protocol protocol) const {
        return protocol == Protocol::tcp ? tcp_ : udp_;
    }

    std::span<Mark> tcp_;
    std::span<Mark> udp_;
    PortSet used_before_;
    TimePoint began_before_{};
};

}  // namespace pt::server
