// The part of pt-server --all that runs in the kernel. It steers packets for the ports that are
// wanted and that no other program uses to one listener (TCP) or one socket (UDP) for each family.
// server/bpf/port_steering.cpp loads it, says which ports are wanted, and looks after `in_use`.
//
// A sk_lookup program runs after the search for a connected socket and before the search for a
// listener or an unconnected UDP socket, and it cannot ask whether there is one. So `in_use` has to
// know of a socket before its first packet can come in; the cgroup programs below see to that: they
// run inside the system call that makes the port someone's.

#include <linux/bpf.h>
#include <linux/in.h>
#include <stdbool.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#define AF_INET 2
#define AF_INET6 10

#define PORTS 65536
#define PORTS_PER_WORD 64

enum protocol_index { TCP = 0, UDP = 1, PROTOCOLS = 2 };
enum socket_index { TCP4 = 0, TCP6 = 1, UDP4 = 2, UDP6 = 3, SOCKETS = 4 };

struct {
    __uint(type, BPF_MAP_TYPE_SOCKMAP);
    __uint(max_entries, SOCKETS);
    __type(key, __u32);
    __type(value, __u64);
} sockets SEC(".maps");

struct address {
    __u32 words[4];  // network byte order, IPv4 as ::ffff:a.b.c.d
};

// The local addresses to answer on, unless all of a family are wanted. Its size is set at loading.
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __type(key, struct address);
    __type(value, __u8);
} addresses SEC(".maps");

// Shared with user space by mapping, all of it.
__u8 all_v4;
__u8 all_v6;
__u64 own_netns;  // the programs of the cgroup see sockets of all network namespaces
__u64 wanted[PROTOCOLS][PORTS / PORTS_PER_WORD];
// When another program was last seen to use the port, on the clock of bpf_ktime_get_ns; 0: nobody
// does. Only user space sets it back, once the port's socket is gone.
__u64 in_use[PROTOCOLS][PORTS];

static bool is_wanted_address(const struct bpf_sk_lookup *lookup) {
    struct address key = {};
    if (lookup->family == AF_INET) {
        if (all_v4) {
            return true;
        }
        __u32 address = lookup->local_ip4;
        // Else the compiler makes one load of the two families', which the verifier refuses.
        asm volatile("" : "+r"(address));
        key.words[2] = bpf_htonl(0xffff);
        key.words[3] = address;
    } else {
        if (all_v6) {
            return true;
        }
        key.words[0] = lookup->local_ip6[0];
        key.words[1] = lookup->local_ip6[1];
        key.words[2] = lookup->local_ip6[2];
        key.words[3] = lookup->local_ip6[3];
    }
    return bpf_map_lookup_elem(&addresses, &key) != NULL;
}

// TCP or UDP, of a number that is known to be 6 or 17; by arithmetic on a value that the verifier
// knows nothing of. Of a choice between two constants it would see two values, and a process without
// CAP_PERFMON may not have an index that differs from one path to the next (its guard against
// speculation past the check).
static __u32 protocol_index(struct bpf_sk_lookup *lookup) {
    const __u32 number = *(volatile __u32 *)&lookup->protocol;
    return number >> 4 & 1;
}

SEC("sk_lookup")
int steer(struct bpf_sk_lookup *lookup) {
    const __u32 port = lookup->local_port;
    const bool tcp = lookup->protocol == IPPROTO_TCP;
    if (port >= PORTS || (!tcp && lookup->protocol != IPPROTO_UDP)) {
        return SK_PASS;
    }
    const __u32 protocol = protocol_index(lookup);
    if (!(wanted[protocol][port / PORTS_PER_WORD] >> (port % PORTS_PER_WORD) & 1) ||
        in_use[protocol][port] != 0 || !is_wanted_address(lookup)) {
        return SK_PASS;
    }
    __u32 index = tcp ? TCP4 : UDP4;
    if (lookup->family == AF_INET6) {
        ++index;
    }
    struct bpf_sock *socket = bpf_map_lookup_elem(&sockets, &index);
    if (socket) {
        // Where it cannot be assigned, the packet goes the way it would go without us.
        bpf_sk_assign(lookup, socket, 0);
        bpf_sk_release(socket);
    }
    return SK_PASS;
}

static void note_use(enum protocol_index protocol, __u32 port) {
    in_use[protocol][port % PORTS] = bpf_ktime_get_ns();
}

// bind(2) of a UDP socket, also to port 0: it may be sent to as soon as the call returns.
static void note_bound(struct bpf_sock *socket) {
    if (socket->protocol == IPPROTO_UDP && bpf_get_netns_cookie(socket) == own_netns) {
        note_use(UDP, socket->src_port);
    }
}

SEC("cgroup/post_bind4")
int bound_v4(struct bpf_sock *socket) {
    note_bound(socket);
    return 1;
}

SEC("cgroup/post_bind6")
int bound_v6(struct bpf_sock *socket) {
    note_bound(socket);
    return 1;
}

// A datagram leaves an unconnected UDP socket, which the kernel may have given a port just now,
// without any bind(2): the answer must find its way back. (A connected one is found before us.)
static void note_sender(struct bpf_sock_addr *call) {
    struct bpf_sock *socket = call->sk;
    if (socket && socket->protocol == IPPROTO_UDP && bpf_get_netns_cookie(call) == own_netns) {
        note_use(UDP, socket->src_port);
    }
}

SEC("cgroup/sendmsg4")
int sends_v4(struct bpf_sock_addr *call) {
    note_sender(call);
    return 1;
}

SEC("cgroup/sendmsg6")
int sends_v6(struct bpf_sock_addr *call) {
    note_sender(call);
    return 1;
}

// listen(2) of a TCP socket, with or without a bind(2) before. The reply is left as it is: it may
// belong to another program on the same hook.
SEC("sockops")
int listens(struct bpf_sock_ops *call) {
    if (call->op == BPF_SOCK_OPS_TCP_LISTEN_CB && bpf_get_netns_cookie(call) == own_netns) {
        note_use(TCP, call->local_port);
    }
    return 1;
}

char licence[] SEC("license") = "Dual MIT/GPL";
