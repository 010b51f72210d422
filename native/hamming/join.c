/* Self-join: all pairs of rows within a radius.
 *
 * The hash is cut into 16 bands of 16 bits with t_b >= -1 flips each, sum(t_b + 1) = radius + 1. As in pipeline.h, two
 * rows within the radius are within t_b of each other in some band b: sorted by that band, one lies in the other's
 * bucket or in one whose number differs by at most t_b bits. Each unordered pair of buckets is visited once (k <= k^mask)
 * and a pair is reported by the first of its bands only. Two of the four words decide almost every comparison.
 */
#include "hamming/hamming.h"

#include <stdlib.h>

#define JOIN_BANDS 16
#define JOIN_BUCKETS 65536u
#define JOIN_FLIPS 2 /* beyond this (radius 47) buckets are no better than comparing everything */

typedef struct {
    backend const *with;
    uint8_t const *rows;
    uint32_t count;
    int radius;
    int flips[JOIN_BANDS];
    uint64_t *plane[4]; /* the rows' words in bucket order */
    uint32_t *id, *near, *offsets, *place;
    hits *found;
} joining;

static inline uint32_t band16(uint64_t word, unsigned b) { return (uint32_t)(word >> (b % 4 * 16)) & 0xffff; }

static int parity_of_all(uint8_t const *rows, uint32_t count) {
    int seen[2] = {0, 0};
    for (uint32_t i = 0; i < count; i++) {
        hash256 hash = hash_at(rows, i);
        uint64_t folded = hash.word[0] ^ hash.word[1] ^ hash.word[2] ^ hash.word[3];
        seen[__builtin_parityll(folded)] = 1;
    }
    return seen[0] && seen[1] ? MIXED : seen[1];
}

static void sort_by_band(joining *j, unsigned b) {
    memset(j->offsets, 0, (JOIN_BUCKETS + 1) * sizeof *j->offsets);
    for (uint32_t i = 0; i < j->count; i++) j->offsets[band16(hash_at(j->rows, i).word[b / 4], b) + 1]++;
    for (uint32_t u = 0; u < JOIN_BUCKETS; u++) j->offsets[u + 1] += j->offsets[u];
    memcpy(j->place, j->offsets, JOIN_BUCKETS * sizeof *j->place);
    for (uint32_t i = 0; i < j->count; i++) {
        hash256 hash = hash_at(j->rows, i);
        uint32_t to = j->place[band16(hash.word[b / 4], b)]++;
        for (int w = 0; w < 4; w++) j->plane[w][to] = hash.word[w];
        j->id[to] = i;
    }
}

/* Positions x and y passed half of the comparison in band b: the rest of it. */
static int report(joining *j, unsigned b, uint32_t x, uint32_t y) {
    unsigned distance = 0;
    uint64_t differ[4];
    for (int w = 0; w < 4; w++) {
        differ[w] = j->plane[w][x] ^ j->plane[w][y];
        distance += (unsigned)__builtin_popcountll(differ[w]);
    }
    if ((int)distance > j->radius) return FINE;
    for (unsigned z = 0; z < b; z++)
        if (__builtin_popcount(band16(differ[z / 4], z)) <= j->flips[z]) return FINE;
    uint32_t first = j->id[x], second = j->id[y];
    return first < second ? hits_add(j->found, first, second, distance) : hits_add(j->found, second, first, distance);
}

static int compare_buckets(joining *j, unsigned b, uint32_t one, uint32_t other) {
    unsigned half = b < JOIN_BANDS / 2 ? 2 : 0; /* the words this band does not lie in: they decide more */
    uint64_t const *plane0 = j->plane[half], *plane1 = j->plane[half + 1];
    uint32_t until = j->offsets[other + 1];
    for (uint32_t x = j->offsets[one]; x < j->offsets[one + 1]; x++) {
        uint32_t from = one == other ? x + 1 : j->offsets[other];
        if (from >= until) continue;
        size_t near = j->with->half_within(plane0, plane1, from, until, plane0[x], plane1[x], j->radius, j->near);
        for (size_t i = 0; i < near; i++)
            if (report(j, b, x, j->near[i]) != FINE) return NO_MEMORY;
    }
    return FINE;
}

static int join_band(joining *j, unsigned b) {
    sort_by_band(j, b);
    for (uint32_t one = 0; one < JOIN_BUCKETS; one++) {
        if (j->offsets[one] == j->offsets[one + 1]) continue;
        if (compare_buckets(j, b, one, one) != FINE) return NO_MEMORY;
        for (unsigned x = 0; x < 16 && j->flips[b] >= 1; x++) {
            if (!(one >> x & 1) && compare_buckets(j, b, one, one ^ 1u << x) != FINE) return NO_MEMORY;
            for (unsigned y = x + 1; y < 16 && j->flips[b] >= 2; y++) {
                uint32_t other = one ^ 1u << x ^ 1u << y;
                if (other > one && compare_buckets(j, b, one, other) != FINE) return NO_MEMORY;
            }
        }
    }
    return FINE;
}

static int join_all(joining *j) {
    for (uint32_t i = 0; i + 1 < j->count; i++) {
        hash256 hash = hash_at(j->rows, i);
        int state = j->with->within(j->rows + ((size_t)i + 1) * HASH_BYTES, j->count - i - 1, i + 1, i, &hash,
                                    j->radius, j->found);
        if (state != FINE) return state;
    }
    return FINE;
}

static int join_bands(joining *j) {
    size_t planes = (size_t)j->count * sizeof(uint64_t), ids = (size_t)j->count * sizeof(uint32_t);
    int state = FINE;
    for (int w = 0; w < 4; w++) j->plane[w] = malloc(planes);
    j->id = malloc(ids);
    j->near = malloc(ids + sizeof(uint32_t)); /* half_within may write one beyond those it keeps */
    j->offsets = malloc((JOIN_BUCKETS + 1) * sizeof *j->offsets);
    j->place = malloc(JOIN_BUCKETS * sizeof *j->place);
    if (!j->plane[0] || !j->plane[1] || !j->plane[2] || !j->plane[3] || !j->id || !j->near || !j->offsets || !j->place)
        state = NO_MEMORY;
    for (unsigned b = 0; b < JOIN_BANDS && state == FINE; b++)
        if (j->flips[b] >= 0) state = join_band(j, b);
    for (int w = 0; w < 4; w++) free(j->plane[w]);
    free(j->id);
    free(j->near);
    free(j->offsets);
    free(j->place);
    return state;
}

int join_rows(backend const *with, uint8_t const *rows, uint32_t count, int radius, hits *found) {
    joining j = {.with = with, .rows = rows, .count = count, .radius = radius, .found = found};
    if (count < 2) return FINE;
    int even = parity_of_all(rows, count) != MIXED; /* then every distance is even */
    int need = radius - (even && radius & 1) + 1, each = need / JOIN_BANDS, extra = need % JOIN_BANDS;
    if (each + (extra > 0) - 1 > JOIN_FLIPS || count < 2048) return join_all(&j);
    for (int b = 0; b < JOIN_BANDS; b++) j.flips[b] = each - 1 + (b < extra);
    return join_bands(&j);
}
