#include "server/bpf/syn_record.hpp"

// What stands in for syn_record.cpp where pt-server is built without BPF (-DPT_BPF=OFF): nothing
// can be loaded, so the rest is never called.
namespace pt::server {

struct SynRecord::Kernel {};

SynRecord::Result SynRecord::load(std::uint64_t) {
    return std::string{"this pt-server was built without BPF"};
}

SynRecord::SynRecord(std::unique_ptr<Kernel> kernel) : kernel_{std::move(kernel)} {}
SynRecord::~SynRecord() = default;

std::error_code SynRecord::watch(int) { return std::make_error_code(std::errc::not_supported); }

std::error_code SynRecord::begin(const PortSet&, const std::vector<IpAddress>&) {
    return std::make_error_code(std::errc::not_supported);
}

KernelRecord SynRecord::tables() const { return {}; }

}  // namespace pt::server
