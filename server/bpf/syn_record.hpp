#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include "common/core/endpoint.hpp"
#include "common/core/expected.hpp"
#include "common/core/port_set.hpp"
#include "server/record/kernel_record.hpp"

namespace pt::server {

/// Has the kernel record each first segment (SYN) that reaches a TCP port of this network
/// namespace, by BPF (syn_record.bpf.c). All of it hangs on this object's descriptors, so that
/// nothing stays in the kernel when the process ends in any way.
///
///     auto record = SynRecord::load(secret);  // needs CAP_BPF and CAP_NET_ADMIN
///     (*record)->watch(listener);             // each one, before it listens
///     (*record)->begin(ports, addresses);
///     archive.record().use_kernel_record((*record)->tables(), record);
class SynRecord {
public:
    /// One line for a person: what is not possible, and why.
    using Result = Expected<std::unique_ptr<SynRecord>, std::string>;

    /// `secret` is that of the keys (SourceKeys).
    static Result load(std::uint64_t secret);
    ~SynRecord();
    SynRecord(const SynRecord&) = delete;
    SynRecord& operator=(const SynRecord&) = delete;

    /// Records what this TCP socket is sent, and the connections that come of it.
    std::error_code watch(int listener);
    /// When all are watched: records what is sent elsewhere in this network namespace too, to all
    /// but the ports that are watched on these addresses. An unspecified address stands for all of
    /// its family.
    std::error_code begin(const PortSet& watched, const std::vector<IpAddress>& addresses);

    /// As long as this object lives.
    KernelRecord tables() const;

private:
    struct Kernel;
    explicit SynRecord(std::unique_ptr<Kernel> kernel);
    std::unique_ptr<Kernel> kernel_;
};

}  // namespace pt::server
