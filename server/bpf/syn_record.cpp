#include "server/bpf/syn_record.hpp"

#include <bpf/bpf.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "server/bpf/bpf_support.hpp"
#include "syn_record.skel.h"

namespace pt::server {
namespace {

struct DestroySkeleton {
    void operator()(syn_record_bpf* skeleton) const { syn_record_bpf::destroy(skeleton); }
};
using Skeleton = std::unique_ptr<syn_record_bpf, DestroySkeleton>;

/// What the kernel writes into, mapped for reading.
template <typename T, std::size_t count>
class MappedTable {
public:
    explicit MappedTable(int map) : table_{mmap(nullptr, size, PROT_READ, MAP_SHARED, map, 0)} {}
    ~MappedTable() {
        if (is_mapped()) {
            munmap(table_, size);
        }
    }
    MappedTable(MappedTable&& other) noexcept : table_{std::exchange(other.table_, MAP_FAILED)} {}
    MappedTable& operator=(MappedTable&&) = delete;

    bool is_mapped() const { return table_ != MAP_FAILED; }
    std::span<const T> entries() const { return {static_cast<const T*>(table_), count}; }

private:
    static constexpr std::size_t size = count * sizeof(T);
    void* table_;
};
using SynTable = MappedTable<SynEntry, port_count>;
using Strays = MappedTable<StrayEntry, syn_marks>;
using UnfinishedBuckets = MappedTable<UnfinishedBucket, UnfinishedBucket::buckets>;

/// Room for so many single addresses; the server is told of few.
constexpr std::uint32_t max_addresses = 1024;

/// Nothing and errno where the kernel refuses.
Skeleton load_skeleton(std::uint64_t secret) {
    Skeleton skeleton{syn_record_bpf::open()};
    if (!skeleton) {
        return {};
    }
    skeleton->rodata->secret = secret;
    bpf_map__set_max_entries(skeleton->maps.addresses, max_addresses);
    if (const int error = syn_record_bpf::load(skeleton.get()); error != 0) {
        errno = -error;
        return {};
    }
    return skeleton;
}

}  // namespace

struct SynRecord::Kernel {
    Skeleton skeleton;
    SynTable syns;
    Strays strays;
    UnfinishedBuckets unfinished;
    BpfLink elsewhere;
};

SynRecord::Result SynRecord::load(std::uint64_t secret) {
    set_up_bpf_log();
    auto skeleton = load_skeleton(secret);
    if (!skeleton) {
        return describe_bpf_refusal(errno, "CAP_BPF and CAP_NET_ADMIN");
    }
    SynTable syns{bpf_map__fd(skeleton->maps.entries)};
    Strays strays{bpf_map__fd(skeleton->maps.strays)};
    UnfinishedBuckets unfinished{bpf_map__fd(skeleton->maps.unfinished)};
    if (!syns.is_mapped() || !strays.is_mapped() || !unfinished.is_mapped()) {
        return describe_bpf_refusal(errno, "CAP_BPF and CAP_NET_ADMIN");
    }
    auto kernel = std::make_unique<Kernel>(
        Kernel{std::move(skeleton), std::move(syns), std::move(strays), std::move(unfinished), {}});
    return std::unique_ptr<SynRecord>{new SynRecord{std::move(kernel)}};
}

SynRecord::SynRecord(std::unique_ptr<Kernel> kernel) : kernel_{std::move(kernel)} {}
SynRecord::~SynRecord() = default;

std::error_code SynRecord::watch(int listener) {
    const int program = bpf_program__fd(kernel_->skeleton->progs.segment);
    return setsockopt(listener, SOL_SOCKET, SO_ATTACH_BPF, &program, sizeof program) == 0
               ? std::error_code{}
               : std::error_code{errno, std::system_category()};
}

std::error_code SynRecord::begin(const PortSet& watched, const std::vector<IpAddress>& addresses) {
    auto& shared = *kernel_->skeleton->bss;
    constexpr std::uint32_t word_bits = 64;
    for (const auto& range : watched.ranges()) {
        for (std::uint32_t port = to_number(range.first);
             range.protocol == Protocol::tcp && port <= to_number(range.last); ++port) {
            shared.held[port / word_bits] |= std::uint64_t{1} << port % word_bits;
        }
    }
    for (const auto& address : addresses) {
        const std::uint8_t present = 1;
        if (address.is_unspecified()) {
            (address.is_v4() ? shared.all_v4 : shared.all_v6) = 1;
        } else if (bpf_map_update_elem(bpf_map__fd(kernel_->skeleton->maps.addresses),
                                       address.bytes().data(), &present, BPF_ANY) != 0) {
            return {errno, std::system_category()};
        }
    }
    kernel_->elsewhere = attach_to_own_network(kernel_->skeleton->progs.elsewhere);
    if (!kernel_->elsewhere) {
        return {errno, std::system_category()};
    }
    // The listeners, the link and the mapping keep what is needed: that saves descriptors.
    kernel_->skeleton.reset();
    return {};
}

KernelRecord SynRecord::tables() const {
    return {kernel_->syns.entries(), kernel_->strays.entries(), kernel_->unfinished.entries()};
}

}  // namespace pt::server
