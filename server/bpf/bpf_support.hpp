#pragma once

#include <bpf/libbpf.h>

#include <memory>
#include <string>

/// What all BPF programs of the server's need. Only where it is built with BPF.
namespace pt::server {

struct DestroyBpfLink {
    void operator()(bpf_link* link) const { bpf_link__destroy(link); }
};
using BpfLink = std::unique_ptr<bpf_link, DestroyBpfLink>;

/// What libbpf says goes to the log, at level trace.
void set_up_bpf_log();

/// Why the kernel refused, by errno; `capabilities` are what it takes.
std::string describe_bpf_refusal(int error, const std::string& capabilities);

/// To this process's network namespace; nothing and errno where the kernel refuses.
BpfLink attach_to_own_network(const bpf_program* program);

}  // namespace pt::server
