/* fuzz COUNT SEED: COUNT random pictures through every backend, compared with the serial one; built by fuzz.sh under
 * the address and undefined-behaviour sanitizers. Buffers have exactly the size the picture needs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pdq.h"

static uint64_t state;

static uint32_t drawn(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(((state >> 32) * below) >> 32);
}

static int side(void) {
    static const int edges[] = {1, 2, 4, 5, 7, 8, 9, 15, 16, 17, 31, 33, 63, 64, 65, 127, 128, 129, 255, 256, 257, 385};
    switch (drawn(16)) {
        case 0: return 1 + (int)drawn(2000);
        case 1: case 2: case 3: case 4: case 5: return 1 + (int)drawn(200);
        default: return edges[drawn(sizeof edges / sizeof edges[0])];
    }
}

/* Noise, one colour, a ramp or blocks: what rounds in different ways. */
static void draw(uint8_t *pixels, size_t length) {
    uint32_t kind = drawn(4), step = 1 + drawn(500), value = drawn(256);
    for (size_t i = 0; i < length; ++i) {
        if (kind == 0 || (kind == 3 && i % step == 0)) value = drawn(256);
        pixels[i] = (uint8_t)(kind == 2 ? value + i / step : value);
    }
}

typedef struct {
    uint8_t hashes[PDQ_ORIENTATIONS][PDQ_BYTES];
    int quality;
    float grid[PDQ_GRID][PDQ_GRID];
} found_t;

/* One picture through one backend, its rows handed over in pieces of random size. */
static void run(found_t *found, const uint8_t *pixels, int width, int height, int channels, ptrdiff_t stride,
                const pdq_backend_t *backend) {
    size_t bytes = pdq_work_bytes(width, height);
    void *work = aligned_alloc(64, bytes);
    pdq_t *p = malloc(sizeof *p);
    if (!work || !p) exit(2);
    memset(work, 0, bytes);
    memset(found, 0, sizeof *found);
    pdq_begin(p, width, height, channels, work, backend);
    for (int row = 0; row < height;) {
        int rows = PDQ_BLOCK * (1 + (int)drawn(4));
        rows = rows < height - row ? rows : height - row;
        pdq_rows(p, pixels + row * stride, rows, stride);
        row += rows;
    }
    found->quality = pdq_finish(p, found->hashes);
    memcpy(found->grid, p->grid, sizeof found->grid);
    free(work);
    free(p);
}

static int same_everywhere(int width, int height, int channels, int gap) {
    static found_t serial, other;
    ptrdiff_t stride = (ptrdiff_t)width * channels + gap;
    size_t length = (size_t)(stride * (height - 1)) + (size_t)width * (size_t)channels;
    uint8_t *pixels = malloc(length);
    int same = 1;
    if (!pixels) exit(2);
    draw(pixels, length);
    run(&serial, pixels, width, height, channels, stride, &pdq_backends[0]);
    for (int i = 1; i < pdq_backend_count; ++i) {
        if (!pdq_backends[i].runs_here()) continue;
        run(&other, pixels, width, height, channels, stride, &pdq_backends[i]);
        if (memcmp(&serial, &other, sizeof serial) == 0) continue;
        printf("%s differs from serial: %d x %d, %d channels, gap %d\n", pdq_backends[i].name, width, height, channels, gap);
        same = 0;
    }
    free(pixels);
    return same;
}

/* A frame of a film through every backend, in exactly the memory it needs; and its own hash among its orientations. */
static int same_film(int width, int height, int gap) {
    static uint8_t serial[PDQ_ORIENTATIONS][PDQ_BYTES], other[PDQ_ORIENTATIONS][PDQ_BYTES], one[1][PDQ_BYTES];
    int half_width = (width + 1) / 2, half_height = (height + 1) / 2, same = 1;
    size_t light = (size_t)(width + gap) * (size_t)(height - 1) + (size_t)width;
    size_t colour = (size_t)(half_width + gap) * (size_t)(half_height - 1) + (size_t)half_width;
    uint8_t *y = malloc(light), *u = malloc(colour), *v = malloc(colour);
    void *work = aligned_alloc(64, (pdq_film_work_bytes(width, height) + 63) / 64 * 64);
    if (!y || !u || !v || !work) exit(2);
    draw(y, light), draw(u, colour), draw(v, colour);
    pdq_planes_t planes = {y, u, v, width + gap, half_width + gap, width, height, (int)drawn(2)};
    int quality = pdq_film_frame(&planes, serial, PDQ_WAYS, work, &pdq_backends[0]);
    for (int i = 0; i < pdq_backend_count; ++i) {
        if (!pdq_backends[i].runs_here()) continue;
        same &= pdq_film_frame(&planes, other, PDQ_WAYS, work, &pdq_backends[i]) == quality;
        same &= pdq_film_frame(&planes, one, 1, work, &pdq_backends[i]) == quality;
        same &= memcmp(serial, other, sizeof serial) == 0 && memcmp(serial[0], one[0], PDQ_BYTES) == 0;
    }
    if (!same) printf("a film's frame differs: %d x %d, gap %d\n", width, height, gap);
    free(y), free(u), free(v), free(work);
    return same;
}

/* Whether the multiplication of lanes.h gives what the division gives, for a random sum and size. */
static int divides(void) {
    int size = drawn(8) ? 1 + (int)drawn(512) : 1000;
    float sum = ldexpf((float)(0x800000 + drawn(0x800000)), -60 + (int)drawn(62)), inverse, rest;
    pdq_inverse(size, &inverse, &rest);
    if (fmaf(sum, inverse, sum * rest) == sum / (float)size) return 1;
    printf("%a / %d is not its product with the inverse\n", sum, size);
    return 0;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1000, failed = 0;
    state = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    for (long i = 0; i < count; ++i) {
        static const int channels[] = {1, 3, 4};
        failed += !same_everywhere(side(), side(), channels[drawn(3)], drawn(2) ? 0 : (int)drawn(40));
        failed += !same_film(side(), side(), drawn(2) ? 0 : (int)drawn(40));
        for (int k = 0; k < 1000; ++k) failed += !divides();
    }
    for (int n = 0; n <= 255000; ++n) { /* every luma there is */
        float inverse, rest;
        pdq_inverse(1000, &inverse, &rest);
        failed += fmaf((float)n, inverse, (float)n * rest) != (float)n / 1000.0f;
    }
    printf("pdq: %ld pictures through", count);
    for (int i = 0; i < pdq_backend_count; ++i)
        if (pdq_backends[i].runs_here()) printf(" %s", pdq_backends[i].name);
    printf(", %ld differences\n", failed);
    return failed != 0;
}
