/* Compares every operation of every backend with plain comparisons, on seeded random and hostile inputs, and searches
 * segments with altered bytes, which may give any answer or CORRUPT but must stay inside their memory (the sanitizers
 * watch; every buffer has exactly its size). Usage: fuzz COUNT SEED. Exits 1 at the first difference. */
#include "hamming/fuzz_knobs.h"
#include "hamming/hamming.h"

#include <stdio.h>
#include <stdlib.h>

int fuzz_always_plan;
unsigned fuzz_candidate_cap, fuzz_scan_cap;

static backend const *const BACKENDS[] = {&hamming_serial, &hamming_avx2, &hamming_avx512};
static uint32_t const BOUNDARIES[] = {1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 2047, 2048, 2049};
static uint64_t chance_state, cases, hits_seen, corrupt_seen;

static uint64_t chance(void) { /* splitmix64 */
    uint64_t z = chance_state += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

static uint32_t below(uint32_t limit) { return (uint32_t)(chance() % limit); }

static void *need(void *memory) {
    if (memory) return memory;
    fputs("fuzz: out of memory\n", stderr);
    exit(2);
}

static void fail(char const *what, char const *backend_name, uint64_t number) {
    fprintf(stderr, "fuzz: %s of %s differs in case %llu\n", what, backend_name, (unsigned long long)number);
    exit(1);
}

static int order(void const *left, void const *right) {
    hit const *a = left, *b = right;
    if (a->query != b->query) return a->query < b->query ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

static void same(hits *found, hits *expected, char const *what, char const *name, uint64_t number) {
    if (found->count) qsort(found->items, found->count, sizeof(hit), order);
    if (expected->count) qsort(expected->items, expected->count, sizeof(hit), order);
    if (found->count != expected->count) fail(what, name, number);
    if (found->count && memcmp(found->items, expected->items, found->count * sizeof(hit))) fail(what, name, number);
    hits_seen += found->count;
    hits_free(found);
}

/* ---- inputs ---- */

static void flip_bits(uint8_t *hash, unsigned flips) {
    for (unsigned i = 0; i < flips; i++) {
        uint32_t bit = below(HASH_BITS);
        hash[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
}

static unsigned weight_of(uint8_t const *hash) {
    unsigned weight = 0;
    for (unsigned i = 0; i < HASH_BYTES; i++) weight += (unsigned)__builtin_popcount(hash[i]);
    return weight;
}

/* Random; or near a few centres; or equal in the first, or in most bands; then perhaps made even. */
static uint8_t *make_rows(uint32_t count, int even) {
    uint8_t *rows = need(malloc((size_t)count * HASH_BYTES));
    unsigned kind = below(5), shared = kind == 3 ? 4 : 29;
    for (uint32_t i = 0; i < count; i++) {
        uint8_t *row = rows + (size_t)i * HASH_BYTES;
        for (unsigned b = 0; b < HASH_BYTES; b++) row[b] = (uint8_t)chance();
        if (kind == 1 && i) memcpy(row, rows + (size_t)below(i < 8 ? i : 8) * HASH_BYTES, HASH_BYTES);
        if (kind == 1) flip_bits(row, below(40));
        if (kind >= 3) memset(row, 0x5a, shared);
        if (kind == 4 && below(2)) flip_bits(row, below(20));
        if (even && weight_of(row) & 1) row[HASH_BYTES - 1] ^= 0x80;
    }
    return rows;
}

/* The hardest rows to find: as many flips in each band as in any other, or one more. */
static void spread_bits(uint8_t *hash, unsigned flips, unsigned bands) {
    unsigned start = 0, extra = flips % bands;
    for (unsigned b = 0; b < bands; b++) {
        unsigned width = (HASH_BITS - start) / (bands - b), more = below(bands - b) < extra;
        uint32_t first = below(width - flips / bands - 1);
        for (unsigned i = 0; i < flips / bands + more; i++)
            hash[(start + first + i) / 8] ^= (uint8_t)(1u << (start + first + i) % 8);
        extra -= more;
        start += width;
    }
}

static uint8_t *make_queries(uint8_t const *rows, uint32_t count, uint32_t asked, unsigned bands) {
    uint8_t *queries = need(malloc((size_t)asked * HASH_BYTES));
    for (uint32_t i = 0; i < asked; i++) {
        uint8_t *query = queries + (size_t)i * HASH_BYTES;
        memcpy(query, rows + (size_t)below(count) * HASH_BYTES, HASH_BYTES);
        switch (below(4)) {
            case 0: flip_bits(query, below(200)); break;
            case 1: flip_bits(query, below(34)); break;
            default: spread_bits(query, below(3) ? 30 + below(2) : below(64), bands);
        }
    }
    return queries;
}

static int make_radius(void) {
    switch (below(6)) {
        case 0: return (int)below(257);
        case 1: return (int)below(64);
        case 2: return 30;
        default: return 31;
    }
}

/* ---- the truth, without any of the code under test ---- */

static unsigned plain_distance(uint8_t const *a, uint8_t const *b) {
    unsigned distance = 0;
    for (unsigned i = 0; i < HASH_BYTES; i++) distance += (unsigned)__builtin_popcount(a[i] ^ b[i]);
    return distance;
}

static void plain_within(uint8_t const *rows, uint32_t count, uint8_t const *queries, uint32_t asked, int radius,
                         hits *found) {
    for (uint32_t q = 0; q < asked; q++)
        for (uint32_t i = 0; i < count; i++) {
            unsigned distance = plain_distance(rows + (size_t)i * HASH_BYTES, queries + (size_t)q * HASH_BYTES);
            if ((int)distance <= radius && hits_add(found, q, i, distance) != FINE) need(NULL);
        }
}

static void plain_nearest(uint8_t const *rows, uint32_t count, uint8_t const *queries, uint32_t asked, size_t k,
                          hits *found) {
    for (uint32_t q = 0; q < asked; q++) {
        size_t taken = 0;
        for (unsigned distance = 0; distance <= HASH_BITS; distance++)
            for (uint32_t i = 0; i < count && taken < k; i++)
                if (plain_distance(rows + (size_t)i * HASH_BYTES, queries + (size_t)q * HASH_BYTES) == distance) {
                    if (hits_add(found, q, i, distance) != FINE) need(NULL);
                    taken++;
                }
    }
}

/* ---- one case ---- */

static void check_scans(backend const *with, uint8_t const *rows, uint32_t count, uint8_t const *queries,
                        uint32_t asked, int radius, hits *near, uint64_t number) {
    hits found = {0}, expected = {0};
    size_t k = below(2) ? below(20) : count;
    if (brute_within(with, rows, count, queries, asked, radius, &found) != FINE) fail("within", with->name, number);
    same(&found, near, "within", with->name, number);
    if (count > 700) return;
    if (brute_nearest(with, rows, count, queries, asked < 2 ? asked : 2, k, &found) != FINE) need(NULL);
    plain_nearest(rows, count, queries, asked < 2 ? asked : 2, k, &expected);
    same(&found, &expected, "nearest", with->name, number);
    hits_free(&expected);
}

static void check_join(backend const *with, uint8_t const *rows, uint32_t count, int radius, uint64_t number) {
    hits found = {0}, expected = {0};
    if (radius > 50) radius = 31;
    for (uint32_t i = 0; i < count; i++)
        for (uint32_t k = i + 1; k < count; k++) {
            unsigned distance = plain_distance(rows + (size_t)i * HASH_BYTES, rows + (size_t)k * HASH_BYTES);
            if ((int)distance <= radius && hits_add(&expected, i, k, distance) != FINE) need(NULL);
        }
    if (join_rows(with, rows, count, radius, &found) != FINE) fail("join", with->name, number);
    same(&found, &expected, "join", with->name, number);
    hits_free(&expected);
}

static void check_search(backend const *with, segment const *of, uint32_t const *old_row, uint8_t const *queries,
                         uint32_t asked, int radius, hits *near, uint64_t number) {
    hits found = {0};
    workspace *space = need(workspace_new());
    int rounds = 1 + (int)below(2); /* a workspace is used again */
    for (int round = 0; round < rounds; round++) {
        hits_free(&found);
        if (with->search(of, space, queries, asked, radius, &found) != FINE) fail("search", with->name, number);
    }
    for (size_t i = 0; i < found.count; i++) found.items[i].row = old_row[found.items[i].row];
    same(&found, near, "search", with->name, number);
    workspace_free(space);
}

static void check_damaged(backend const *with, segment of, uint8_t *body, uint8_t const *queries, uint32_t asked,
                          int radius, uint64_t number) {
    hits found = {0};
    workspace *space = need(workspace_new());
    size_t limit = below(3) ? of.band[0].residuals : below(2) ? of.rows_at : of.size;
    for (unsigned i = 1 + below(64); i; i--) body[chance() % limit] ^= (uint8_t)(1u << below(8));
    if (below(3) == 0) {
        size_t from = chance() % limit, until = from + chance() % (limit / 2 + 1);
        for (size_t i = from; i < until && i < limit; i++) body[i] = (uint8_t)chance();
    }
    if (below(4) == 0) memset(body + chance() % (limit - 3), 0xff, 4);
    int state = with->search(&of, space, queries, asked, radius, &found);
    if (state != FINE && state != CORRUPT) fail("search of a damaged segment", with->name, number);
    corrupt_seen += state == CORRUPT;
    for (size_t i = 0; i < found.count; i++)
        if (found.items[i].row >= of.rows) fail("row of a damaged segment", with->name, number);
    hits_free(&found);
    workspace_free(space);
}

static void check_segment(uint8_t *rows, uint32_t count, uint8_t const *queries, uint32_t asked, int radius,
                          unsigned bands, hits *near, uint64_t number) {
    unsigned widest = HASH_BITS / bands;
    unsigned bits = MIN_BUCKET_BITS + below((widest < 13 ? widest : 13) - MIN_BUCKET_BITS + 1), parities = 0;
    uint32_t strays = below(4) ? 0 : below(count), indexed = count - strays;
    segment of;
    size_t size = segment_body_size(count, indexed, bands, bits);
    uint8_t *body = need(calloc(1, size));
    uint32_t *old_row = need(malloc(count * sizeof *old_row));
    for (uint32_t i = 0; i < indexed; i++) parities |= 1u << (weight_of(rows + (size_t)i * HASH_BYTES) & 1);
    unsigned parity = parities == 3 ? MIXED : parities - 1;
    if (segment_build(rows, count, indexed, bands, bits, body, old_row) != FINE) fail("build", "serial", number);
    if (segment_open(&of, body, size - 1, count, indexed, bands, bits, parity) != CORRUPT) fail("open", "short", number);
    if (segment_open(&of, body, size, count, indexed, bands, bits, parity) != FINE) fail("open", "whole", number);
    for (size_t b = 0; b < sizeof BACKENDS / sizeof *BACKENDS; b++)
        if (BACKENDS[b]->supported()) check_search(BACKENDS[b], &of, old_row, queries, asked, radius, near, number);
    for (size_t b = 0; b < sizeof BACKENDS / sizeof *BACKENDS; b++)
        if (BACKENDS[b]->supported()) check_damaged(BACKENDS[b], of, body, queries, asked, radius, number);
    segment_close(&of);
    free(body);
    free(old_row);
}

static void check_case(uint64_t number) {
    uint32_t count = below(2) ? BOUNDARIES[below(sizeof BOUNDARIES / sizeof *BOUNDARIES)] : 1 + below(below(20) ? 900 : 6000);
    uint32_t asked = below(8) ? 1 + below(6) : below(140);
    int radius = make_radius();
    unsigned bands = MIN_BANDS + below(MAX_BANDS - MIN_BANDS + 1);
    fuzz_always_plan = below(4) != 0;
    fuzz_candidate_cap = below(3) ? 100000 : 1 + below(40);
    fuzz_scan_cap = below(3) ? 100000 : 1 + below(200);
    uint8_t *rows = make_rows(count, (int)below(2)), *queries = make_queries(rows, count, asked ? asked : 1, bands);
    hits near = {0};
    plain_within(rows, count, queries, asked, radius, &near);
    for (size_t b = 0; b < sizeof BACKENDS / sizeof *BACKENDS; b++) {
        if (!BACKENDS[b]->supported()) continue;
        check_scans(BACKENDS[b], rows, count, queries, asked, radius, &near, number);
        if (count < 300 || (count < 2500 && below(8) == 0)) check_join(BACKENDS[b], rows, count, radius, number);
    }
    check_segment(rows, count, queries, asked, radius, bands, &near, number);
    hits_free(&near);
    free(rows);
    free(queries);
    cases++;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: fuzz COUNT SEED\n", stderr);
        return 2;
    }
    uint64_t count = strtoull(argv[1], NULL, 10), seed = strtoull(argv[2], NULL, 10);
    for (uint64_t number = 0; number < count; number++) {
        chance_state = seed * 0x100000001b3ull + number * 0x9e3779b97f4a7c15ull; /* any case can be run alone */
        check_case(number);
    }
    printf("hamming: %llu cases, %llu hits compared, %llu damaged segments refused, 0 differences\n",
           (unsigned long long)cases, (unsigned long long)hits_seen, (unsigned long long)corrupt_seen);
    return 0;
}
