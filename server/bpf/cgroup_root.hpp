#pragma once

#include <cstdint>
#include <set>

#include "common/net/descriptor.hpp"

/// The cgroup v2 hierarchy, as far as it is visible here (cgroups(7), cgroup_namespaces(7)).
namespace pt::server {

/// The topmost directory of the hierarchy that can be seen: where it is mounted here or, as
/// ip-netns(8) takes /sys/fs/cgroup away from what it starts, for one of the processes that we
/// descend from. Not open where there is none.
net::Descriptor open_cgroup_root();

/// Whether it is the root of all: every process of the machine is in it or below. In a container
/// it mostly is not.
bool is_true_root(int cgroup);

/// The ids of this cgroup and all below it, as sock_diag(7) tells them of sockets.
std::set<std::uint64_t> cgroup_ids(int cgroup);

}  // namespace pt::server
