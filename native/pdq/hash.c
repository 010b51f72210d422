/* From rows to hash: the life of a picture, quality, cosine transform and bits, shared by all backends. */
#include "dct.h"
#include "pdq.h"

static int always(void) { return 1; }

#if defined(__x86_64__) && defined(__GNUC__)
void pdq_avx2_block(pdq_t *, const uint8_t *, int, ptrdiff_t);
void pdq_avx512_block(pdq_t *, const uint8_t *, int, ptrdiff_t);
void pdq_avx2_film(const pdq_planes_t *, int, float[][PDQ_GRID][PDQ_GRID], void *);
void pdq_avx512_film(const pdq_planes_t *, int, float[][PDQ_GRID][PDQ_GRID], void *);
static int has_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
static int has_avx512(void) { return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl"); }
const pdq_backend_t pdq_backends[] = {
    {"serial", always, pdq_serial_block, pdq_serial_film},
    {"avx2", has_avx2, pdq_avx2_block, pdq_avx2_film},
    {"avx512", has_avx512, pdq_avx512_block, pdq_avx512_film},
};
#else
const pdq_backend_t pdq_backends[] = {{"serial", always, pdq_serial_block, pdq_serial_film}};
#endif
const int pdq_backend_count = sizeof pdq_backends / sizeof pdq_backends[0];

enum { LINE = 64 }; /* bytes in a cache line; every part of the work memory starts on one */

static int window_of(int side) { return (side + 2 * PDQ_GRID - 1) / (2 * PDQ_GRID); }
static int lead_of(int side) { return (window_of(side) + 2) / 2 - 1; }
static int rounded(int n, int unit) { return (n + unit - 1) / unit * unit; }

static void *take(char *work, size_t *used, size_t floats) {
    char *part = work ? work + *used : 0;
    *used += (floats * sizeof(float) + LINE - 1) / LINE * LINE;
    return part;
}

/* Lays the parts of the work memory out one after the other; returns the bytes they need together. */
static size_t lay_out(pdq_t *p, int width, int height, char *work) {
    p->width = width, p->height = height;
    p->window_x = window_of(width), p->window_y = window_of(height);
    p->lead_x = lead_of(width), p->lead_y = lead_of(height);
    p->columns = rounded(width + 2 * p->lead_x, PDQ_BLOCK);
    p->rows = rounded(p->window_y + 1, PDQ_BLOCK);
    for (p->ring_x = 2 * PDQ_BLOCK; p->ring_x < p->window_x + PDQ_BLOCK;) p->ring_x *= 2;
    size_t columns = (size_t)p->columns, rows = (size_t)p->rows, block = (size_t)(p->ring_x + PDQ_BLOCK) * PDQ_BLOCK;
    size_t line = columns > block ? columns : block, used = 0;
    p->ring = take(work, &used, rows * columns);
    p->sum = take(work, &used, columns);
    p->line = take(work, &used, line);
    p->line2 = take(work, &used, line);
    p->inverse_x = take(work, &used, columns);
    p->rest_x = take(work, &used, columns);
    p->ring2 = take(work, &used, rows * PDQ_GRID);
    return used;
}

size_t pdq_work_bytes(int width, int height) {
    pdq_t p;
    if (width < 1 || height < 1 || width > PDQ_MAX_SIDE || height > PDQ_MAX_SIDE) return 0;
    return lay_out(&p, width, height, 0);
}

void pdq_begin(pdq_t *p, int width, int height, int channels, void *work, const pdq_backend_t *backend) {
    lay_out(p, width, height, work);
    p->channels = channels;
    p->row = 0;
    p->block = backend->block;
    for (int i = 0; i < PDQ_GRID; ++i) {
        p->at_x[i] = (2 * i + 1) * width / (2 * PDQ_GRID);
        p->at_y[i] = (2 * i + 1) * height / (2 * PDQ_GRID);
        p->sum2[i] = 0;
        for (int j = 0; j < PDQ_GRID; ++j) p->grid[i][j] = 0;
    }
    for (int x = 0; x < width; ++x)
        pdq_inverse(pdq_in_window(x, width, p->window_x), &p->inverse_x[p->lead_x + x], &p->rest_x[p->lead_x + x]);
}

/* What the reference does not blur: nothing of a picture too small, and a picture that already is 64 x 64. */
static int too_small(const pdq_t *p) { return p->width < PDQ_MIN_SIDE || p->height < PDQ_MIN_SIDE; }
static int is_the_grid(const pdq_t *p) { return p->width == PDQ_GRID && p->height == PDQ_GRID; }

void pdq_rows(pdq_t *p, const uint8_t *rows, int count, ptrdiff_t stride) {
    if (too_small(p)) return;
    for (int row = 0; row < count; row += PDQ_BLOCK) {
        int now = count - row < PDQ_BLOCK ? count - row : PDQ_BLOCK;
        if (!is_the_grid(p)) {
            p->block(p, rows + row * stride, now, stride);
            continue;
        }
        for (int r = 0; r < now && p->row < PDQ_GRID; ++r, ++p->row)
            pdq_luma(rows + (row + r) * stride, PDQ_GRID, p->channels, p->grid[p->row]);
    }
}

static int change(float from, float to) {
    int percent = (int)((from - to) * 100 / 255);
    return percent < 0 ? -percent : percent;
}

/* How much the 64 x 64 picture changes from point to point, 0..100: below 50 it is too flat to be told apart. */
static int quality_of(float grid[PDQ_GRID][PDQ_GRID]) {
    int changes = 0;
    for (int i = 0; i + 1 < PDQ_GRID; ++i)
        for (int j = 0; j < PDQ_GRID; ++j) changes += change(grid[i][j], grid[i + 1][j]);
    for (int i = 0; i < PDQ_GRID; ++i)
        for (int j = 0; j + 1 < PDQ_GRID; ++j) changes += change(grid[i][j], grid[i][j + 1]);
    return changes / 90 < 100 ? changes / 90 : 100;
}

/* Frequencies 1..16 of the two-dimensional cosine transform, every sum from the first to the last term. */
static void transform(float grid[PDQ_GRID][PDQ_GRID], float out[16][16]) {
    float half[16][PDQ_GRID] = {{0}};
    for (int i = 0; i < 16; ++i)
        for (int k = 0; k < PDQ_GRID; ++k)
            for (int j = 0; j < PDQ_GRID; ++j) half[i][j] += PDQ_COSINES[k][i] * grid[k][j];
    for (int i = 0; i < 16; ++i) {
        for (int j = 0; j < 16; ++j) out[i][j] = 0;
        for (int k = 0; k < PDQ_GRID; ++k)
            for (int j = 0; j < 16; ++j) out[i][j] += half[i][k] * PDQ_COSINES[k][j];
    }
}

/* The 128th smallest of 256 values, byte by byte from the highest, of integers that sort as the floats do. */
static float median(const float values[256]) {
    uint32_t keys[256], found = 0;
    int rank = 127;
    for (int i = 0; i < 256; ++i) {
        union { float value; uint32_t bits; } as = {values[i]};
        keys[i] = as.bits >> 31 ? ~as.bits : as.bits | 0x80000000u;
    }
    for (int shift = 24; shift >= 0; shift -= 8) {
        int counts[256] = {0}, byte = 0;
        for (int i = 0; i < 256; ++i)
            if (shift == 24 || (keys[i] ^ found) >> (shift + 8) == 0) counts[keys[i] >> shift & 255]++;
        while (rank >= counts[byte]) rank -= counts[byte++];
        found |= (uint32_t)byte << shift;
    }
    union { uint32_t bits; float value; } as = {found >> 31 ? found & 0x7fffffffu : ~found};
    return as.value;
}

static void bits_of(const float values[256], uint8_t hash[PDQ_BYTES]) {
    float middle = median(values);
    for (int byte = 0; byte < PDQ_BYTES; ++byte) {
        unsigned bits = 0;
        for (int bit = 0; bit < 8; ++bit) bits |= (unsigned)(values[8 * byte + bit] > middle) << bit;
        hash[PDQ_BYTES - 1 - byte] = (uint8_t)bits;
    }
}

/* A turn or a mirroring changes signs and swaps the axes of the transform: the pixels need not be looked at again. */
static int is_negated(int orientation, int i, int j) {
    switch (orientation) {
        case 1: case 5: return !(j & 1);
        case 3: case 4: return !(i & 1);
        case 2: case 7: return (i + j) & 1;
        default: return 0;
    }
}

/* The hash of one orientation, from the transform of the upright picture. */
static void hash_turned(float upright[16][16], int orientation, uint8_t hash[PDQ_BYTES]) {
    float turned[256];
    int swapped = orientation == 1 || orientation == 3 || orientation >= 6;
    for (int i = 0; i < 16; ++i)
        for (int j = 0; j < 16; ++j)
            turned[swapped ? j * 16 + i : i * 16 + j] = is_negated(orientation, i, j) ? -upright[i][j] : upright[i][j];
    bits_of(turned, hash);
}

int pdq_of_grid(float grid[PDQ_GRID][PDQ_GRID], uint8_t hash[PDQ_BYTES], uint8_t transposed[PDQ_BYTES]) {
    float upright[16][16];
    transform(grid, upright);
    hash_turned(upright, 0, hash);
    if (transposed) hash_turned(upright, 6, transposed);
    return quality_of(grid);
}

int pdq_finish(pdq_t *p, uint8_t hashes[PDQ_ORIENTATIONS][PDQ_BYTES]) {
    float upright[16][16];
    if (too_small(p)) {
        for (int i = 0; i < PDQ_ORIENTATIONS * PDQ_BYTES; ++i) hashes[i / PDQ_BYTES][i % PDQ_BYTES] = 0;
        return 0;
    }
    while (!is_the_grid(p) && p->row < p->height + 2 * p->lead_y) p->block(p, 0, 0, 0);
    transform(p->grid, upright);
    for (int orientation = 0; orientation < PDQ_ORIENTATIONS; ++orientation)
        hash_turned(upright, orientation, hashes[orientation]);
    return quality_of(p->grid);
}
