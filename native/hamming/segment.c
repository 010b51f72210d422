/* An immutable segment: its layout and how it is built. Searching it is pipeline.h.
 *
 * The 256 bits are cut into `bands` contiguous bands. Of each band the low `bits` bits are the bucket, the next (at
 * most 8) the residual. The body holds, each part padded by at least PADDING bytes and to a multiple of 64:
 *     offsets[band]    u32[2^bits + 1]   postings of bucket u are positions [offsets[u], offsets[u+1])
 *     residuals[band]  u8[indexed]       in bucket order, ids ascending within a bucket
 *     ids[band]        3 bytes[indexed]  which row; absent for band 0, because the rows are sorted by it
 *     rows             32 bytes[rows]    the indexed rows in the order of band 0's postings, then the strays
 */
#include "hamming/hamming.h"

#include <stdlib.h>

static size_t padded(size_t bytes) { return (bytes + PADDING + 63) & ~(size_t)63; }

/* Where everything lies; CORRUPT if there can be no such segment. */
int segment_layout(segment *of, uint32_t rows, uint32_t indexed, unsigned bands, unsigned bits) {
    if (rows == 0 || rows > MAX_SEGMENT_ROWS || indexed == 0 || indexed > rows) return CORRUPT;
    if (bands < MIN_BANDS || bands > MAX_BANDS || bits < MIN_BUCKET_BITS || bits > MAX_BUCKET_BITS) return CORRUPT;
    if (HASH_BITS / bands < bits) return CORRUPT;
    *of = (segment){.rows = rows, .indexed = indexed, .bands = bands, .bits = bits};
    size_t at = 0;
    unsigned start = 0;
    for (unsigned b = 0; b < bands; b++) {
        unsigned whole = (HASH_BITS - start) / (bands - b), residual = whole - bits;
        of->band[b].start = start;
        of->band[b].width = bits + (residual > 8 ? 8 : residual);
        start += whole;
        of->band[b].offsets = at;
        at += padded((((size_t)1 << bits) + 1) * sizeof(uint32_t));
    }
    for (unsigned b = 0; b < bands; b++) of->band[b].residuals = at, at += padded(indexed);
    for (unsigned b = 1; b < bands; b++) of->band[b].ids = at, at += padded((size_t)indexed * 3);
    of->rows_at = at;
    of->size = at + padded((size_t)rows * HASH_BYTES);
    return FINE;
}

size_t segment_body_size(uint32_t rows, uint32_t indexed, unsigned bands, unsigned bits) {
    segment of;
    return segment_layout(&of, rows, indexed, bands, bits) == FINE ? of.size : 0;
}

static size_t choose(unsigned n, unsigned k) {
    size_t ways = 1;
    for (unsigned i = 1; i <= k; i++) ways = ways * (n - i + 1) / i;
    return ways;
}

/* All masks of `bits` bits with weight 0, 1, … MAX_FLIPS, in this order. */
static int make_masks(segment *of) {
    size_t total = 0;
    for (unsigned weight = 0; weight <= MAX_FLIPS; weight++) total += weight > of->bits ? 0 : choose(of->bits, weight);
    of->masks = malloc(total * sizeof *of->masks);
    if (!of->masks) return NO_MEMORY;
    uint32_t made = 0, limit = 1u << of->bits;
    for (unsigned weight = 0; weight <= MAX_FLIPS; weight++) {
        uint32_t mask = (1u << weight) - 1;
        while (weight <= of->bits && mask < limit) {
            of->masks[made++] = mask;
            if (!mask) break;
            uint32_t low = mask & (~mask + 1), ripple = mask + low; /* the next number with as many ones */
            mask = (((ripple ^ mask) >> 2) / low) | ripple;
        }
        of->masks_within[weight] = made;
    }
    return FINE;
}

int segment_open(segment *of, uint8_t const *body, size_t size, uint32_t rows, uint32_t indexed, unsigned bands,
                 unsigned bits, unsigned parity) {
    if (parity > MIXED || segment_layout(of, rows, indexed, bands, bits) != FINE || of->size != size) return CORRUPT;
    of->body = body;
    of->parity = parity;
    return make_masks(of);
}

void segment_close(segment *of) {
    free(of->masks);
    of->masks = NULL;
}

/* ---- building: per band a counting sort in two passes (high bits of the bucket, then low bits) ---- */
#define HIGH_BITS 9u

typedef struct {
    segment at;
    uint8_t *body;
    uint8_t const *hashes; /* in the order of the postings' ids */
    uint64_t *sorted;      /* key << 24 | id */
    uint32_t *low;
    uint32_t *order;
} building;

static void spread_by_high_bits(building *make, band const *b, unsigned low_bits, uint32_t high[]) {
    uint32_t place[1u << HIGH_BITS], mask = (1u << make->at.bits) - 1;
    size_t const groups = (size_t)1 << HIGH_BITS;
    memset(high, 0, (groups + 1) * sizeof *high);
    for (uint32_t i = 0; i < make->at.indexed; i++) {
        hash256 hash = hash_at(make->hashes, i);
        high[((band_of(&hash, b->start, b->width) & mask) >> low_bits) + 1]++;
    }
    for (size_t g = 0; g < groups; g++) high[g + 1] += high[g];
    memcpy(place, high, sizeof place);
    for (uint32_t i = 0; i < make->at.indexed; i++) {
        hash256 hash = hash_at(make->hashes, i);
        uint32_t key = band_of(&hash, b->start, b->width);
        make->sorted[place[(key & mask) >> low_bits]++] = (uint64_t)key << 24 | i;
    }
}

static void place_posting(building *make, unsigned b, uint32_t position, uint64_t posting) {
    uint32_t id = posting & 0xffffff, key = (uint32_t)(posting >> 24);
    make->body[make->at.band[b].residuals + position] = (uint8_t)(key >> make->at.bits);
    if (b == 0) {
        make->order[position] = id;
        return;
    }
    uint8_t *to = make->body + make->at.band[b].ids + (size_t)position * 3;
    to[0] = (uint8_t)id;
    to[1] = (uint8_t)(id >> 8);
    to[2] = (uint8_t)(id >> 16);
}

static void build_band(building *make, unsigned b) {
    unsigned high_bits = make->at.bits < HIGH_BITS ? make->at.bits : HIGH_BITS, low_bits = make->at.bits - high_bits;
    uint32_t high[(1u << HIGH_BITS) + 1], buckets = 1u << low_bits;
    uint8_t *offsets = make->body + make->at.band[b].offsets;
    spread_by_high_bits(make, &make->at.band[b], low_bits, high);
    for (uint32_t g = 0; g < 1u << high_bits; g++) {
        memset(make->low, 0, buckets * sizeof *make->low);
        for (uint32_t i = high[g]; i < high[g + 1]; i++) make->low[(make->sorted[i] >> 24) & (buckets - 1)]++;
        uint32_t at = high[g];
        for (uint32_t u = 0; u < buckets; u++) {
            uint32_t length = make->low[u];
            memcpy(offsets + (((size_t)g << low_bits) + u) * sizeof at, &at, sizeof at);
            make->low[u] = at;
            at += length;
        }
        for (uint32_t i = high[g]; i < high[g + 1]; i++)
            place_posting(make, b, make->low[(make->sorted[i] >> 24) & (buckets - 1)]++, make->sorted[i]);
    }
    memcpy(offsets + ((size_t)1 << make->at.bits) * sizeof(uint32_t), &make->at.indexed, sizeof(uint32_t));
}

/* Fill `body` (segment_body_size bytes, zeroed) from `hashes`; order[new row] = old row. */
int segment_build(uint8_t const *hashes, uint32_t rows, uint32_t indexed, unsigned bands, unsigned bits,
                  uint8_t *body, uint32_t *order) {
    building make = {.body = body, .hashes = hashes, .order = order};
    if (segment_layout(&make.at, rows, indexed, bands, bits) != FINE) return CORRUPT;
    make.sorted = malloc((size_t)indexed * sizeof *make.sorted);
    make.low = malloc(sizeof *make.low << (bits < HIGH_BITS ? 0 : bits - HIGH_BITS));
    int state = make.sorted && make.low ? FINE : NO_MEMORY;
    for (unsigned b = 0; b < bands && state == FINE; b++) {
        build_band(&make, b);
        if (b) continue;
        for (uint32_t i = indexed; i < rows; i++) order[i] = i;
        uint8_t *sorted_rows = body + make.at.rows_at;
        for (uint32_t i = 0; i < rows; i++) {
            if (i + 16 < rows) __builtin_prefetch(hashes + (size_t)order[i + 16] * HASH_BYTES);
            memcpy(sorted_rows + (size_t)i * HASH_BYTES, hashes + (size_t)order[i] * HASH_BYTES, HASH_BYTES);
        }
        make.hashes = sorted_rows; /* from here on a row's id is its place in band 0's order */
    }
    free(make.sorted);
    free(make.low);
    return state;
}

/* ---- workspaces ---- */
workspace *workspace_new(void) { return calloc(1, sizeof(workspace)); }

void workspace_free(workspace *space) {
    if (!space) return;
    free(space->probes);
    free(space->candidates);
    free(space->items);
    free(space);
}
