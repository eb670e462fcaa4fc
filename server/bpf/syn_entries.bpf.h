// Which source has sent a first segment (SYN) to which TCP port, and when; and which SYNs came to
// another port than the one that they were sent to. Part of syn_record.bpf.c.
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define PORTS 65536
#define SOURCES 3
#define MARKS 512

// Flags of a source, in the lowest bits of its `last`: what marks its SYNs had that followed each
// other within SERIES.
#define FLAGS 7ull
#define ODD_MARK 1
#define EVEN_MARK 2
#define UNMARKED 4
#define SERIES (60 * 1000000000ull)

struct source {
    __u64 key;   // of peer and local address, see `key_of`; 0: this place is free
    __u64 last;  // CLOCK_MONOTONIC in nanoseconds, as all times here; with flags
};

// One cache line. Several processors may write at once: what gets lost or mixed then differs by the
// time between two writes, and `last` always tells that something came.
struct syn_entry {
    __u64 last;       // of any source
    __u64 displaced;  // the latest of a source that had to make room for another one
    struct source sources[SOURCES];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, PORTS);
    __type(key, __u32);
    __type(value, struct syn_entry);
} entries SEC(".maps");

// SYNs with one mark that came to another port than those that it stands for.
struct stray {
    __u64 last;
    __u64 moved;  // the latest one that was followed by one on another port
    __u64 port;   // of the latest one
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, MARKS);
    __type(key, __u32);
    __type(value, struct stray);
} strays SEC(".maps");

static void note(__u32 port, __u64 key, __u64 flags) {
    struct syn_entry *entry = bpf_map_lookup_elem(&entries, &port);
    if (!entry) {
        return;
    }
    const __u64 now = bpf_ktime_get_ns();
    struct source *place = &entry->sources[0];
#pragma unroll
    for (int i = 0; i < SOURCES; ++i) {
        struct source *source = &entry->sources[i];
        if (source->key == key) {
            const __u64 last = source->last;
            const __u64 earlier = now - last < SERIES ? last & FLAGS : 0;
            source->last = (now & ~FLAGS) | flags | earlier;
            entry->last = now;
            return;
        }
        if (source->last < place->last) {
            place = source;
        }
    }
    if (place->last > entry->displaced) {
        entry->displaced = place->last;
    }
    place->key = key;
    place->last = (now & ~FLAGS) | flags;
    entry->last = now;
}

// That something came is all that is said of the port.
static void note_stray(__u32 port, __u32 mark) {
    const __u64 now = bpf_ktime_get_ns();
    struct syn_entry *entry = bpf_map_lookup_elem(&entries, &port);
    if (entry) {
        entry->last = now;
    }
    struct stray *stray = bpf_map_lookup_elem(&strays, &mark);
    if (stray) {
        if (stray->last && stray->port != port) {
            stray->moved = stray->last;
        }
        stray->port = port;
        stray->last = now;
    }
}
