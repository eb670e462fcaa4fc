// Records which source has sent a first segment (SYN) to which TCP port, and when; which SYNs came
// to another port than the one that they were sent to, by their marks (common/core/syn_mark.hpp);
// and, of those without a mark, which handshakes with pt-server's listeners are not completed. Lets
// everything pass. server/bpf/syn_record.cpp loads it; server/journal has how the record is read:
// syn_entry.hpp, stray_table.hpp and unfinished_table.hpp.
//
// `segment` is a filter on pt-server's own listeners, which the connections that come of them
// inherit. The kernel runs it for each segment, also for a SYN that meets a half-open handshake or
// a connection of an earlier scan from the same port, for which it looks for no listener any more,
// and for the segment that completes a handshake.
// `elsewhere` runs whenever the kernel looks for a listener (sk_lookup): for ports and addresses
// that are not pt-server's, where a rewriting device may have sent a SYN. It cannot see flags.

#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/in.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "syn_entries.bpf.h"
#include "unfinished.bpf.h"

#define AF_INET 2
#define PORTS_PER_WORD 64
#define MIN_MARKED_MSS 600

struct address {
    __u32 words[4];  // network byte order, IPv4 as ::ffff:a.b.c.d
};

// The local addresses that pt-server holds ports on, unless it is all of a family.
struct {
    __uint(type, BPF_MAP_TYPE_HASH);
    __uint(max_entries, 1);
    __type(key, struct address);
    __type(value, __u8);
} addresses SEC(".maps");

const volatile __u64 secret = 0;  // set before loading

// Shared with user space by mapping.
__u8 all_v4;
__u8 all_v6;
__u64 held[PORTS / PORTS_PER_WORD];

static __u64 mix(__u64 value) {
    value ^= value >> 33;
    value *= 0xFF51AFD7ED558CCDull;
    value ^= value >> 33;
    value *= 0xC4CEB9FE1A85EC53ull;
    value ^= value >> 33;
    return value;
}

static __u32 hash_of(const struct address *address) {
    const __u64 *halves = (const __u64 *)address;
    return mix(mix(halves[0] ^ secret) ^ halves[1]);
}

// As server/journal/source_key.cpp makes it.
static __u64 key_of(const struct address *peer, const struct address *local) {
    const __u64 key = (__u64)hash_of(peer) << 32 | hash_of(local);
    return key ? key : 1;
}

static void set_v4(struct address *address, __u32 word) {
    address->words[0] = 0;
    address->words[1] = 0;
    address->words[2] = bpf_htonl(0xffff);
    address->words[3] = word;
}

// Where a segment comes from and goes to.
struct segment {
    struct address peer;
    struct address local;
    __u16 peer_port;
    __u16 port;
};

static void note_unmarked(const struct segment *segment) {
    const __u64 key = key_of(&segment->peer, &segment->local);
    note(segment->port, key, UNMARKED);
    struct bucket *bucket = bucket_of(segment->port);
    if (!bucket) {
        return;
    }
    const __u64 now = bpf_ktime_get_ns();
    const __u64 ends = ends_of(segment->port, segment->peer_port);
    struct handshake *handshake = find(bucket, ends, key);
    if (handshake) {
        handshake->began = now;
    } else {
        add(bucket, ends, key, now);
    }
}

static void note_further(const struct segment *segment) {
    struct bucket *bucket = bucket_of(segment->port);
    const __u64 ends = ends_of(segment->port, segment->peer_port);
    if (!bucket || !has_ends(bucket, ends)) {
        return;  // nearly always
    }
    const __u64 key = key_of(&segment->peer, &segment->local);
    struct handshake *handshake = find(bucket, ends, key);
    if (handshake) {
        handshake->ends = 0;
    }
}

// The maximum segment size that a SYN announces, where that is its first option, as Linux sends it;
// else 0.
static __u32 mss_of(const struct __sk_buff *skb, __u8 offset) {
    const __u8 first_option = 20, max_segment_size = 2, length = 4;
    __u8 option[4];
    if (offset >> 4 < (first_option + length) / 4 ||
        bpf_skb_load_bytes(skb, first_option, option, sizeof option) != 0 ||
        option[0] != max_segment_size || option[1] != length) {
        return 0;
    }
    return (__u32)option[2] << 8 | option[3];
}

static void note_first(const struct __sk_buff *skb, const struct segment *segment, __u8 offset) {
    const __u32 mark = mss_of(skb, offset) - MIN_MARKED_MSS;
    if (mark >= MARKS) {
        note_unmarked(segment);
        return;
    }
    // As common/core/syn_mark.hpp has it.
    const __u32 low = segment->port % 256, high = segment->port / 256;
    const __u64 flag = mark == 256 + low                  ? ODD_MARK
                       : mark == (high + 37 * low) % 256 ? EVEN_MARK
                                                          : 0;
    if (flag) {
        note(segment->port, key_of(&segment->peer, &segment->local), flag);
    } else {
        note_stray(segment->port, mark);
    }
}

SEC("socket")
int segment(struct __sk_buff *skb) {
    struct segment segment;
    // The segment begins with its TCP header here.
    __u8 tcp[14];
    if (bpf_skb_load_bytes(skb, 0, tcp, sizeof tcp) != 0) {
        return -1;
    }
    if (skb->protocol == bpf_htons(ETH_P_IP)) {
        __u32 ends[2];
        if (bpf_skb_load_bytes_relative(skb, 12, ends, sizeof ends, BPF_HDR_START_NET) != 0) {
            return -1;
        }
        set_v4(&segment.peer, ends[0]);
        set_v4(&segment.local, ends[1]);
    } else if (bpf_skb_load_bytes_relative(skb, 8, &segment.peer, sizeof segment.peer,
                                           BPF_HDR_START_NET) != 0 ||
               bpf_skb_load_bytes_relative(skb, 24, &segment.local, sizeof segment.local,
                                           BPF_HDR_START_NET) != 0) {
        return -1;
    }
    segment.peer_port = (__u16)tcp[0] << 8 | tcp[1];
    segment.port = (__u16)tcp[2] << 8 | tcp[3];
    const __u8 syn = 0x02, rst = 0x04, ack = 0x10;
    if ((tcp[13] & (syn | ack)) == syn) {
        note_first(skb, &segment, tcp[12]);
    } else if (!(tcp[13] & rst)) {
        note_further(&segment);  // a reset ends a handshake, but does not complete it
    }
    return -1;  // the whole segment is kept
}

SEC("sk_lookup")
int elsewhere(struct bpf_sk_lookup *lookup) {
    const __u32 port = lookup->local_port;
    if (lookup->protocol != IPPROTO_TCP || port >= PORTS) {
        return SK_PASS;
    }
    struct address peer, local;
    __u8 all;
    if (lookup->family == AF_INET) {
        __u32 word = lookup->remote_ip4;
        // Else the compiler makes one load of the two families', which the verifier refuses.
        asm volatile("" : "+r"(word));
        set_v4(&peer, word);
        word = lookup->local_ip4;
        asm volatile("" : "+r"(word));
        set_v4(&local, word);
        all = all_v4;
    } else {
        peer.words[0] = lookup->remote_ip6[0];
        peer.words[1] = lookup->remote_ip6[1];
        peer.words[2] = lookup->remote_ip6[2];
        peer.words[3] = lookup->remote_ip6[3];
        local.words[0] = lookup->local_ip6[0];
        local.words[1] = lookup->local_ip6[1];
        local.words[2] = lookup->local_ip6[2];
        local.words[3] = lookup->local_ip6[3];
        all = all_v6;
    }
    const __u64 is_held = held[port / PORTS_PER_WORD] >> (port % PORTS_PER_WORD) & 1;
    if (is_held && (all || bpf_map_lookup_elem(&addresses, &local))) {
        return SK_PASS;  // `segment` sees those
    }
    note(port, key_of(&peer, &local), UNMARKED);
    return SK_PASS;
}

char licence[] SEC("license") = "Dual MIT/GPL";
