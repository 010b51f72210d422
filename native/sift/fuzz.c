/* fuzz COUNT SEED: COUNT random pictures through every backend, compared with the serial one; built by fuzz.sh under
 * the address and undefined-behaviour sanitizers. Buffers have exactly the size they need. The last line is a digest of
 * all keypoints, which must not depend on the compiler, the processor or how many rows of a layer are kept. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exact.h"
#include "sift.h"

static uint64_t state, digest = 14695981039346656037u;

static uint32_t drawn(uint32_t below) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(((state >> 32) * below) >> 32);
}

static double drawn_between(double least, double most) { return least + (most - least) * drawn(1000001) / 1e6; }

static int side(void) {
    static const int edges[] = {1,  2,  3,  5,  6,  7,  8,  11, 12,  15,  16,  17,
                                23, 31, 32, 33, 47, 63, 64, 65, 127, 128, 129, 257};
    switch (drawn(16)) {
        case 0: return 1 + (int)drawn(1200);
        case 1: case 2: case 3: case 4: case 5: return 1 + (int)drawn(200);
        default: return edges[drawn(sizeof edges / sizeof edges[0])];
    }
}

/* Noise, one colour, a ramp, blocks, stripes or black and white: what saturates, repeats or has no extremum. */
static void draw(uint8_t *pixels, size_t length, ptrdiff_t stride) {
    uint32_t kind = drawn(7), step = 1 + drawn(500), value = drawn(256), period = 2 + drawn(40);
    for (size_t i = 0; i < length; ++i) {
        size_t x = i % (size_t)stride, y = i / (size_t)stride;
        if (kind == 0 || (kind == 3 && i % step == 0)) value = drawn(256);
        if (kind == 4) value = drawn(2) * 255;
        if (kind == 5) value = (x / period + y / period) % 2 * 255;
        if (kind == 6) value = x * x % 251 + y * y % 5;
        pixels[i] = (uint8_t)(kind == 2 ? value + i / step : value);
    }
}

/* One drawing after the other: the order in which an initializer's parts are made is each compiler's own. */
static sift_options_t options(void) {
    static const int most[] = {1, 2, 17, 300, 5000};
    sift_options_t o;
    o.most = most[drawn(5)];
    o.side = drawn(2) ? 65535 : 1 + (int)drawn(400);
    o.layers = drawn(2) ? 3 : 2 + (int)drawn(4);
    o.doubled = (int)drawn(2);
    o.upright = drawn(4) == 0;
    o.turns = 1 + (int)drawn(SIFT_MAX_TURNS);
    o.spread = (int)drawn(101);
    o.pooled = drawn(3) ? 1 : 1 + (int)drawn(4);
    o.sigma = drawn_between(1.2, 3.2);
    o.contrast = drawn(4) ? 0.01 : drawn_between(0, 0.1);
    o.edge = drawn(4) ? 12 : drawn_between(1, 100);
    return o;
}

/* One picture through one backend, in work memory that holds anything at first. */
static int run(sift_keypoint_t *found, const uint8_t *pixels, int width, int height, int channels, ptrdiff_t stride,
               const sift_options_t *o, const sift_backend_t *backend) {
    size_t bytes = sift_work_bytes(width, height, o);
    void *work = aligned_alloc(64, bytes);
    if (!bytes || !work) exit(2);
    memset(work, (int)(state >> 56), bytes);
    int count = sift_extract(pixels, width, height, channels, stride, o, backend, work, found);
    free(work);
    return count;
}

static int is_sane(const sift_keypoint_t *p, int width, int height) {
    return p->x >= -0.5f && p->x <= (float)width - 0.5f && p->y >= -0.5f && p->y <= (float)height - 0.5f && p->size > 0
           && p->angle >= 0 && p->angle < 360 && p->response >= 0 && p->response <= 2;
}

static int same_everywhere(int width, int height, int channels, int gap) {
    ptrdiff_t stride = (ptrdiff_t)width * channels + gap;
    size_t length = (size_t)(stride * (height - 1)) + (size_t)width * (size_t)channels;
    sift_options_t o = options();
    uint8_t *pixels = malloc(length);
    sift_keypoint_t *serial = calloc((size_t)o.most, sizeof *serial), *other = calloc((size_t)o.most, sizeof *other);
    int same = 1;
    if (!pixels || !serial || !other) exit(2);
    draw(pixels, length, stride);
    int count = run(serial, pixels, width, height, channels, stride, &o, &sift_backends[0]);
    for (int i = 0; i < count; ++i) same &= is_sane(&serial[i], width, height);
    if (!same) printf("not a keypoint: %d x %d, %d channels, gap %d\n", width, height, channels, gap);
    for (size_t i = 0; i < (size_t)count * sizeof *serial; ++i)
        digest = (digest ^ ((uint8_t *)serial)[i]) * 1099511628211u;
    for (int i = 1; i < sift_backend_count; ++i) {
        if (!sift_backends[i].runs_here()) continue;
        int others = run(other, pixels, width, height, channels, stride, &o, &sift_backends[i]);
        if (others == count && memcmp(serial, other, (size_t)count * sizeof *serial) == 0) continue;
        printf("%s differs from serial: %d x %d, %d channels, gap %d\n", sift_backends[i].name, width, height,
               channels, gap);
        same = 0;
    }
    free(pixels);
    free(serial);
    free(other);
    return same;
}

/* Whether the functions of exact.h are as near to the true ones as they say. */
static int are_near(void) {
    double x = drawn_between(-40, 40), c, s;
    float degrees = (float)drawn_between(0, 360), a = (float)drawn_between(-9, 9), b = (float)drawn_between(-9, 9);
    sift_turn(degrees, &c, &s);
    double turn = degrees * SIFT_PI / 180, eighths = atan2(b, a) * 4 / SIFT_PI, found = sift_eighths(a, b);
    if (eighths < 0) eighths += 8;
    int near = fabs(sift_exp(x) / exp(x) - 1) < 4.5e-16 && fabs(c - cos(turn)) < 2e-15 && fabs(s - sin(turn)) < 2e-15
               && fabs(found - eighths) < 3e-6;
    if (!near) printf("not near: exp(%a), %a degrees, direction of (%a, %a)\n", x, degrees, a, b);
    return near;
}

int main(int argc, char **argv) {
    long count = argc > 1 ? atol(argv[1]) : 1000, failed = 0;
    state = argc > 2 ? (uint64_t)atoll(argv[2]) : 1;
    for (long i = 0; i < count; ++i) {
        static const int channels[] = {1, 3, 4};
        int width = side(), height = side();
        if (drawn(100) == 0) width = 1 + (int)drawn(65535), height = 1 + (int)drawn(12);
        if (drawn(100) == 0) height = 1 + (int)drawn(65535), width = 1 + (int)drawn(12);
        int channel = channels[drawn(3)], gap = drawn(2) ? 0 : (int)drawn(40);
        failed += !same_everywhere(width, height, channel, gap);
        for (int k = 0; k < 100; ++k) failed += !are_near();
    }
    printf("sift: %ld pictures through", count);
    for (int i = 0; i < sift_backend_count; ++i)
        if (sift_backends[i].runs_here()) printf(" %s", sift_backends[i].name);
    printf(", %ld differences\n%016llx\n", failed, (unsigned long long)digest);
    return failed != 0;
}
