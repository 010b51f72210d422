/* The reference: one thing at a time, nothing clever. Every faster backend must agree with it. */
#include "hamming/hamming.h"

#include <stdlib.h>

#define SELF hamming_serial

/* Keep the postings of one bucket whose residual differs from `wanted` in at most `limit` bits. Returns how many
 * candidates there are now; as soon as they are more than `cap`, it may stop. */
static uint32_t filter_bucket(uint8_t const *residuals, probe bucket, uint8_t wanted, unsigned limit,
                              uint32_t *candidates, uint32_t kept, uint32_t cap) {
    for (uint32_t i = 0; i < bucket.length && kept <= cap; i++) {
        uint32_t position = bucket.start + i;
        if ((unsigned)__builtin_popcount(residuals[position] ^ wanted) <= limit) candidates[kept++] = position;
    }
    return kept;
}

#include "hamming/pipeline.h"

static int within(uint8_t const *rows, size_t count, uint32_t first, uint32_t query, hash256 const *asked, int radius,
                  hits *found) {
    for (size_t i = 0; i < count; i++) {
        hash256 row = hash_at(rows, i);
        unsigned distance = distance_of(&row, asked);
        if ((int)distance > radius) continue;
        if (hits_add(found, query, first + (uint32_t)i, distance) != FINE) return NO_MEMORY;
    }
    return FINE;
}

static void distances(uint8_t const *rows, size_t count, hash256 const *asked, uint16_t *to) {
    for (size_t i = 0; i < count; i++) {
        hash256 row = hash_at(rows, i);
        to[i] = (uint16_t)distance_of(&row, asked);
    }
}

static size_t half_within(uint64_t const *plane0, uint64_t const *plane1, size_t from, size_t to, uint64_t word0,
                          uint64_t word1, int radius, uint32_t *positions) {
    size_t found = 0;
    for (size_t i = from; i < to; i++)
        if (__builtin_popcountll(plane0[i] ^ word0) + __builtin_popcountll(plane1[i] ^ word1) <= radius)
            positions[found++] = (uint32_t)i;
    return found;
}

static int supported(void) { return 1; }

backend const hamming_serial = {"serial", supported, within, distances, search_segment, half_within};
