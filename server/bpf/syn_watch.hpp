#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "server/bpf/syn_record.hpp"
#include "server/ports/port_table.hpp"

namespace pt::server {

/// Sets up the record of first segments while the server opens its ports: exact for all of them, or
/// none.
///
///     SynWatch watch{true, secret};       // before any port is open
///     watch.add(descriptor);              // each TCP socket, before it listens
///     auto record = watch.begin(ports);   // when all are open
class SynWatch {
public:
    SynWatch(bool wanted, std::uint64_t secret);

    void add(int descriptor);
    /// Why there is none: what is said of it in the log.
    using Result = SynRecord::Result;
    Result begin(const PortTable& ports);

private:
    SynRecord::Result record_;
};

}  // namespace pt::server
