/* A call from its memory to its keypoints; what all backends share. */
#include "exact.h"
#include "work.h"

static int always(void) { return 1; }

#define PARTS_OF(name)                                                                                             \
    void sift_##name##_luma(const uint8_t *, int, int, uint32_t, uint32_t *);                                      \
    void sift_##name##_blur(const sift_filter_t *, const int16_t *const *, int, int, int16_t *const *, int16_t *); \
    void sift_##name##_halve(const int16_t *, int, int16_t *);                                                     \
    int sift_##name##_extrema(const int16_t *const (*)[SIFT_BLOCK + 2], int, int, int, int, int, uint32_t *,       \
                              int16_t *);                                                                          \
    void sift_##name##_sample(const sift_layer_t *, const sift_grid_t *, float, float, float, float, float *,      \
                              float *);                                                                            \
    void sift_##name##_polar(const float *, int, float *, float *);                                                \
    void sift_##name##_pool(const float[4][SIFT_GRID], const float *, const float *, float *);
#define PARTS(name)                                                                                           \
    sift_##name##_luma, sift_##name##_blur, sift_##name##_halve, sift_##name##_extrema, sift_##name##_sample, \
        sift_##name##_polar, sift_##name##_pool

PARTS_OF(serial)
#if defined(__x86_64__) && defined(__GNUC__)
PARTS_OF(avx2)
PARTS_OF(avx512)
static int has_avx2(void) { return __builtin_cpu_supports("avx2"); }
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl")
           && __builtin_cpu_supports("avx512vnni");
}
const sift_backend_t sift_backends[] = {
    {"serial", always, PARTS(serial)},
    {"avx2", has_avx2, PARTS(avx2)},
    {"avx512", has_avx512, PARTS(avx512)},
};
#else
const sift_backend_t sift_backends[] = {{"serial", always, PARTS(serial)}};
#endif
const int sift_backend_count = sizeof sift_backends / sizeof sift_backends[0];

#ifndef SIFT_KEEP_ALL
#define SIFT_KEEP_ALL 0 /* 1 to keep every row of every layer: the same keypoints (fuzz.sh) */
#endif

enum { LINE = 64 }; /* bytes in a cache line; every part of the work memory starts on one */

static void *take(char *memory, size_t *used, size_t count, size_t bytes) {
    char *part = memory ? memory + *used : 0;
    *used += (count * bytes + LINE - 1) / LINE * LINE;
    return part;
}

/* `rows` is 0 for all of them, or the number that must stand at once. The slack also keeps the rows apart in a cache:
 * at a power of two they would drive each other out. */
static void lay_out_layer(sift_layer_t *layer, int width, int height, int rows, char *memory, size_t *used) {
    int kept = height;
    if (SIFT_KEEP_ALL) rows = 0;
    layer->width = width, layer->height = height, layer->done = 0, layer->mask = -1;
    layer->stride = (width + SIFT_SLACK - 1) / SIFT_SLACK * SIFT_SLACK + SIFT_SLACK;
    if (rows > 0 && rows < height) {
        for (kept = 1; kept < rows;) kept *= 2;
        layer->mask = kept - 1;
    }
    layer->pixels = take(memory, used, (size_t)kept * (size_t)layer->stride, sizeof(int16_t));
}

/* Keypoints are described from layers 1..layers, so these are kept whole. Of the others those rows must stand that the
 * search and the next layer's filter may still read: the layer was made as far ahead of the searched rows as the
 * filters after it reach, and to the end of a block; and the filter reaches back from a row AHEAD of it or further. */
static void lay_out_octave(work_t *w, octave_t *o, char *memory, size_t *used) {
    int ahead = AHEAD + 2 * (SIFT_BLOCK - 1), reach = 0;
    for (int g = w->options.layers + 2; g >= 0; --g) {
        int whole = g >= 1 && g <= w->options.layers, behind = reach - AHEAD > AHEAD ? reach - AHEAD : AHEAD;
        lay_out_layer(&o->layers[g], o->width, o->height, whole ? 0 : behind + 1 + ahead, memory, used);
        reach = w->filters[g].radius;
        ahead += reach + SIFT_BLOCK - 1;
    }
}

/* Each layer's filter takes it from the blur of the one before. The picture itself is taken to have none: it has a
 * little (Lowe says half a pixel), and measured, a first layer blurred by that much more finds more again. */
static void make_filters(work_t *w) {
    double sigma = w->options.sigma, step = sift_exp2(1.0 / w->options.layers);
    sift_gaussian(&w->first, sigma, w->options.doubled);
    w->filters[0].radius = 0;
    for (int g = 1; g < w->options.layers + 3; ++g) {
        sift_fitted(&w->filters[g], sigma * sift_root(step * step - 1), sigma);
        sigma *= step;
    }
}

static void count_octaves(work_t *w) {
    int width = w->source.width, height = w->source.height;
    if (w->options.doubled) width = 2 * width - 1, height = 2 * height - 1;
    for (w->octaves = 0; w->octaves < SIFT_MAX_OCTAVES; ++w->octaves) {
        if (width <= 2 * BORDER || height <= 2 * BORDER) return;
        w->octave[w->octaves].width = width, w->octave[w->octaves].height = height;
        width = (width + 1) / 2, height = (height + 1) / 2;
    }
}

/* Room for a point in each 32 pixels, and twice for all that a block of rows can have. */
static int room_for_points(const work_t *w) {
    if (!w->octaves) return 1;
    int64_t width = w->octave[0].width, height = w->octave[0].height;
    return (int)(width * height / 32 + 2 * SIFT_BLOCK * width * w->options.layers);
}

size_t sift_lay_out(work_t *w, int width, int height, const sift_options_t *options, char *memory) {
    size_t used = 0;
    int reduced_width, reduced_height;
    w->options = *options;
    w->picture_width = width, w->picture_height = height;
    sift_reduced(width, height, options->side, &reduced_width, &reduced_height);
    make_filters(w);
    lay_out_layer(&w->source, reduced_width, reduced_height, 0, memory, &used);
    count_octaves(w);
    for (int i = 0; i < w->octaves; ++i) lay_out_octave(w, &w->octave[i], memory, &used);
    size_t row = (size_t)(w->octaves ? w->octave[0].width : 1) + 2 * SIFT_MAX_RADIUS + 2 * SIFT_SLACK;
    size_t room = (size_t)(w->room = room_for_points(w));
    w->tables = take(memory, &used, 1, sizeof *w->tables);
    w->sums = take(memory, &used, (size_t)width + SIFT_SLACK, sizeof *w->sums);
    w->blank = take(memory, &used, row, sizeof *w->blank);
    w->spare = take(memory, &used, row, sizeof *w->spare);
    w->line = take(memory, &used, row * 2 * SIFT_BLOCK * SIFT_MAX_LAYERS, sizeof *w->line);
    w->found = take(memory, &used, row * SIFT_BLOCK * SIFT_MAX_LAYERS, sizeof *w->found);
    w->points = take(memory, &used, room, sizeof *w->points);
    w->sorted = take(memory, &used, room, sizeof *w->sorted);
    w->keys = take(memory, &used, room, sizeof *w->keys);
    w->order = take(memory, &used, room, sizeof *w->order);
    w->order2 = take(memory, &used, room, sizeof *w->order2);
    w->chosen = take(memory, &used, room, sizeof *w->chosen);
    w->turns = take(memory, &used, (size_t)(w->room < options->most ? w->room : options->most), sizeof *w->turns);
    for (size_t i = 0; memory && i < row; ++i) w->blank[i] = 0;
    return used;
}

size_t sift_work_bytes(int width, int height, const sift_options_t *options) {
    work_t w;
    int64_t reduced_width, reduced_height;
    int a, b;
    if (width < 1 || height < 1 || width > SIFT_MAX_SIDE || height > SIFT_MAX_SIDE) return 0;
    sift_reduced(width, height, options->side, &a, &b);
    reduced_width = options->doubled ? 2 * a - 1 : a, reduced_height = options->doubled ? 2 * b - 1 : b;
    if (reduced_width * reduced_height > SIFT_MAX_PIXELS) return 0;
    return sift_lay_out(&w, width, height, options, 0);
}

int sift_extract(const uint8_t *pixels, int width, int height, int channels, ptrdiff_t stride,
                 const sift_options_t *options, const sift_backend_t *backend, void *memory, sift_keypoint_t *found) {
    work_t w;
    sift_lay_out(&w, width, height, options, memory);
    w.backend = backend;
    w.count = 0;
    if (!w.octaves) return 0;
    sift_tabulate(w.tables);
    sift_read(&w, pixels, channels, stride);
    sift_search(&w);
    sift_rank(&w);
    return sift_describe(&w, found);
}
