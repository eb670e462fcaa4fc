#include "server/bpf/port_steering.hpp"

// What stands in for port_steering.cpp where pt-server is built without BPF (-DPT_BPF=OFF): nothing
// can be loaded, so the rest is never called.
namespace pt::server {

struct PortSteering::Kernel {};

PortSteering::Result PortSteering::load(const std::vector<IpAddress>&) {
    return std::string{"this pt-server was built without BPF"};
}

PortSteering::PortSteering(std::unique_ptr<Kernel> kernel) : kernel_{std::move(kernel)} {}
PortSteering::~PortSteering() = default;

bool PortSteering::sees_all(const std::set<std::uint64_t>&) { return false; }

std::string PortSteering::watched_folder() const { return ""; }

std::error_code PortSteering::add_socket(Protocol, int, int) {
    return std::make_error_code(std::errc::not_supported);
}

void PortSteering::update(const PortSet&, TimePoint) {}

std::error_code PortSteering::steer(const PortSet&) {
    return std::make_error_code(std::errc::not_supported);
}

bool PortSteering::is_left_out(Protocol, Port) const { return false; }

PortSet PortSteering::left_out() const { return {}; }

}  // namespace pt::server
