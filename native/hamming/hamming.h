/* Exact search among 256-bit fingerprints by Hamming distance. No Python here; module.c is the only file that knows it.
 *
 * Every pointer that comes from a file or a caller is read with memcpy: no alignment is assumed. Sizes are checked by
 * whoever makes a `segment` (segment_open); offsets and ids inside it are checked where they are read (pipeline.h).
 */
#ifndef HAVRE_HAMMING_H
#define HAVRE_HAMMING_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if !defined(__BYTE_ORDER__) || __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "segments are little endian"
#endif

#define HASH_BYTES 32u
#define HASH_BITS 256
#define MAX_BANDS 16
#define MIN_BANDS 6
#define MAX_FLIPS 5                /* most bits that the bucket of one band may differ in */
#define MIN_BUCKET_BITS 4
#define MAX_BUCKET_BITS 24
#define MAX_SEGMENT_ROWS (1u << 24) /* ids are 3 bytes */
#define PADDING 64u                /* vectors may be read this far beyond the end of a part */

enum { FINE = 0, NO_MEMORY = -1, CORRUPT = -2 };
enum { EVEN = 0, ODD = 1, MIXED = 2 };

typedef struct {
    uint64_t word[4];
} hash256;

typedef struct {
    uint32_t query, row, distance;
} hit;

typedef struct {
    hit *items;
    size_t count, room;
} hits;

/* Where one band lies in the hash and in the segment's body. */
typedef struct {
    unsigned start, width; /* bits of the hash that are stored: the bucket, then the residual */
    size_t offsets, residuals, ids;
} band;

typedef struct {
    uint8_t const *body;
    size_t size;
    uint32_t rows, indexed; /* rows [indexed, rows) are strays: of the other parity, few, always compared */
    unsigned bands, bits, parity;
    band band[MAX_BANDS];
    size_t rows_at;
    uint32_t *masks;                    /* XOR masks of `bits` bits, by weight */
    uint32_t masks_within[MAX_FLIPS + 1]; /* how many of them have at most this weight */
} segment;

/* One non-empty bucket to look at. */
typedef struct {
    uint32_t start, length;
} probe;

/* Memory of one running search, reused from call to call. */
typedef struct workspace {
    struct workspace *next;
    probe *probes;
    size_t probe_room;
    uint32_t *candidates;
    void *items;
} workspace;

typedef struct {
    char const *name;
    int (*supported)(void);
    /* Rows of `rows` within `radius` of the query, ascending, added to `found` with row numbers from `first`. */
    int (*within)(uint8_t const *rows, size_t count, uint32_t first, uint32_t query, hash256 const *asked, int radius,
                  hits *found);
    /* Distances of `count` rows to the query. */
    void (*distances)(uint8_t const *rows, size_t count, hash256 const *asked, uint16_t *distances);
    int (*search)(segment const *of, workspace *space, uint8_t const *queries, uint32_t count, int radius,
                  hits *found);
    /* Positions [from, to) of the two word planes whose first 128 bits are within radius of a row's: see join.c. */
    size_t (*half_within)(uint64_t const *plane0, uint64_t const *plane1, size_t from, size_t to, uint64_t word0,
                          uint64_t word1, int radius, uint32_t *positions);
} backend;

extern backend const hamming_serial, hamming_avx2, hamming_avx512;

/* segment.c */
size_t segment_body_size(uint32_t rows, uint32_t indexed, unsigned bands, unsigned bits);
int segment_layout(segment *of, uint32_t rows, uint32_t indexed, unsigned bands, unsigned bits);
int segment_open(segment *of, uint8_t const *body, size_t size, uint32_t rows, uint32_t indexed, unsigned bands,
                 unsigned bits, unsigned parity);
void segment_close(segment *of);
int segment_build(uint8_t const *hashes, uint32_t rows, uint32_t indexed, unsigned bands, unsigned bits,
                  uint8_t *body, uint32_t *order);

/* brute.c */
int hits_add(hits *found, uint32_t query, uint32_t row, uint32_t distance);
void hits_free(hits *found);
int brute_nearest(backend const *with, uint8_t const *rows, size_t count, uint8_t const *queries, uint32_t asked,
                  size_t nearest, hits *found);
int brute_within(backend const *with, uint8_t const *rows, size_t count, uint8_t const *queries, uint32_t asked,
                 int radius, hits *found);

/* join.c: every pair (a < b) of rows within radius, once each, as hits (query = a, row = b), in no order */
int join_rows(backend const *with, uint8_t const *rows, uint32_t count, int radius, hits *found);

workspace *workspace_new(void);
void workspace_free(workspace *space);

static inline hash256 hash_at(uint8_t const *rows, size_t row) {
    hash256 hash;
    memcpy(&hash, rows + row * HASH_BYTES, sizeof hash);
    return hash;
}

static inline uint32_t u32_at(uint8_t const *at, size_t index) {
    uint32_t value;
    memcpy(&value, at + index * sizeof value, sizeof value);
    return value;
}

/* `width` <= 32 bits of the hash from bit `start`. */
static inline uint32_t band_of(hash256 const *hash, unsigned start, unsigned width) {
    unsigned word = start >> 6, shift = start & 63;
    uint64_t value = hash->word[word] >> shift;
    if (shift + width > 64) value |= hash->word[word + 1] << (64 - shift);
    return (uint32_t)(value & ((1ull << width) - 1));
}

#endif
