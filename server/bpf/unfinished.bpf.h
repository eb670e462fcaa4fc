// The handshakes without a mark that were not completed. Part of syn_record.bpf.c.
#pragma once

#include <linux/bpf.h>

#include <bpf/bpf_helpers.h>

#define BUCKETS 512
#define PLACES 10

struct handshake {
    __u64 ends;   // see `ends_of`; 0: this place is free
    __u64 key;    // as a source's
    __u64 began;  // when the latest SYN came
};

// Those with the ports of one residue. Several processors may write at once: a place is claimed by
// compare-and-swap.
struct bucket {
    __u64 displaced;  // the latest one that had to make room
    __u64 unused;
    struct handshake places[PLACES];
};

struct {
    __uint(type, BPF_MAP_TYPE_ARRAY);
    __uint(map_flags, BPF_F_MMAPABLE);
    __uint(max_entries, BUCKETS);
    __type(key, __u32);
    __type(value, struct bucket);
} unfinished SEC(".maps");

static __u64 ends_of(__u16 port, __u16 peer_port) { return (__u64)port << 16 | peer_port; }

static struct bucket *bucket_of(__u16 port) {
    const __u32 number = port % BUCKETS;
    return bpf_map_lookup_elem(&unfinished, &number);
}

static struct handshake *find(struct bucket *bucket, __u64 ends, __u64 key) {
    for (int i = 0; i < PLACES; ++i) {
        struct handshake *handshake = &bucket->places[i];
        if (handshake->ends == ends && handshake->key == key) {
            return handshake;
        }
    }
    return 0;
}

static int has_ends(const struct bucket *bucket, __u64 ends) {
    for (int i = 0; i < PLACES; ++i) {
        if (bucket->places[i].ends == ends) {
            return 1;
        }
    }
    return 0;
}

// Takes a free place, or that of the oldest one.
static void add(struct bucket *bucket, __u64 ends, __u64 key, __u64 now) {
    struct handshake *place = &bucket->places[0];
    __u64 before = place->ends;
    for (int i = 1; i < PLACES && before; ++i) {
        struct handshake *other = &bucket->places[i];
        const __u64 others = other->ends;
        if (!others || other->began < place->began) {
            place = other;
            before = others;
        }
    }
    const __u64 began = place->began;
    if (__sync_val_compare_and_swap(&place->ends, before, ends) != before) {
        bucket->displaced = now;  // another processor was quicker: this one is not followed
        return;
    }
    place->key = key;
    place->began = now;
    if (before && began > bucket->displaced) {
        bucket->displaced = began;
    }
}
