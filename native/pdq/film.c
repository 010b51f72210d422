/* Frames of films: from the planes of a decoder to the blurred picture of 64 x 64 points, without making RGB.
 *
 * vPDQ lets libswscale turn 4:2:0 into RGB and blurs that. Here the RGB of a row exists only in registers: the same
 * whole numbers as libswscale's (its yuv2rgb for x86), so the same luma. The two boxes along an axis are together one
 * set of weights for each of the 64 points, and these hardly overlap: every row is read once, weighed into one row of
 * sums, and that row weighed into 64 points. The sums are not the running ones of the reference, so a bit in many
 * thousands differs; for still pictures hash.c gives all of them. */
#include "pdq.h"

enum { EIGHT = 8 };
typedef float eight_t __attribute__((vector_size(EIGHT * sizeof(float)), aligned(sizeof(float))));

/* Along one axis: what each of the 64 points is made of. */
typedef struct {
    int length;            /* weights a point has room for: a multiple of EIGHT */
    int first[PDQ_GRID];   /* pixel that the first weight of a point belongs to */
    int count[PDQ_GRID];   /* weights that are not padding */
    float *weights;
} axis_t;

/* From levels and colour differences to RGB, as numbers of 16 bits scaled by 2^13 (libswscale, ITU-R BT.601). */
typedef struct {
    int16_t black, luma, red_v, green_u, green_v, blue_u;
} levels_t;

static const levels_t LIMITED = {16 * 8, 9539, 13075, -3209, -6660, 16525};
static const levels_t FULL = {0, 8192, 11485, -2819, -5850, 14516};

static int window_of(int side) { return (side + 2 * PDQ_GRID - 1) / (2 * PDQ_GRID); }
static int room_of(int side) { return (2 * window_of(side) + EIGHT - 1) / EIGHT * EIGHT; }
static size_t padded(int width) { return (size_t)(width + room_of(width) + 63) / 64 * 64; }

size_t pdq_film_work_bytes(int width, int height) {
    if (width < 1 || height < 1 || width > PDQ_MAX_SIDE || height > PDQ_MAX_SIDE) return 0;
    size_t weights = (size_t)PDQ_GRID * (size_t)(room_of(width) + room_of(height));
    return 2 * weights * sizeof(float) + padded(width) * (sizeof(float) + 3 * sizeof(int16_t));
}

static int left_of(int at, int window) {
    int left = at + (window + 2) / 2 - window;
    return left > 0 ? left : 0;
}

/* Both boxes at once: the first box's mean at each place that the second takes its mean of. */
static void weigh(axis_t *axis, int side, float *weights, float scale) {
    int window = window_of(side);
    axis->length = room_of(side);
    axis->weights = weights;
    for (int i = 0; i < PDQ_GRID; ++i, weights += axis->length) {
        int at = (2 * i + 1) * side / (2 * PDQ_GRID), outer = pdq_in_window(at, side, window), from = left_of(at, window);
        axis->first[i] = left_of(from, window);
        axis->count[i] = 0;
        for (int k = 0; k < axis->length; ++k) weights[k] = 0;
        for (int middle = from; middle < from + outer; ++middle) {
            int inner = pdq_in_window(middle, side, window), start = left_of(middle, window) - axis->first[i];
            float weight = scale / ((float)outer * (float)inner);
            for (int k = start; k < start + inner; ++k) weights[k] += weight;
            if (start + inner > axis->count[i]) axis->count[i] = start + inner;
        }
    }
}

/* The weights of the same points in the mirror image. */
static void mirror(axis_t *axis, const axis_t *of, int side, float *weights) {
    *axis = *of;
    axis->weights = weights;
    for (int i = 0; i < PDQ_GRID; ++i) {
        const float *from = of->weights + (size_t)i * (size_t)of->length;
        float *to = weights + (size_t)i * (size_t)of->length;
        axis->first[i] = side - of->first[i] - of->count[i];
        for (int k = 0; k < of->length; ++k) to[k] = k < of->count[i] ? from[of->count[i] - 1 - k] : 0;
    }
}

#define ALWAYS static inline __attribute__((always_inline))

ALWAYS int16_t times(int16_t value, int16_t scaled) { return (int16_t)(((int32_t)value * scaled) >> 16); }
ALWAYS int16_t byte_of(int16_t value) { return value < 0 ? 0 : value > 255 ? 255 : value; }

typedef struct {
    int16_t *restrict red, *restrict green, *restrict blue;
} tint_t;

/* What the colour of a row adds to its light, each value for the two pixels it belongs to. */
ALWAYS void tint_row(const uint8_t *restrict u, const uint8_t *restrict v, int pairs, const levels_t *levels, tint_t tint) {
    int16_t red_v = levels->red_v, green_u = levels->green_u, green_v = levels->green_v, blue_u = levels->blue_u;
    for (int x = 0; x < pairs; ++x) {
        int16_t blueness = (int16_t)(u[x] * 8 - 128 * 8), redness = (int16_t)(v[x] * 8 - 128 * 8);
        tint.red[2 * x] = tint.red[2 * x + 1] = times(redness, red_v);
        tint.green[2 * x] = tint.green[2 * x + 1] = (int16_t)(times(blueness, green_u) + times(redness, green_v));
        tint.blue[2 * x] = tint.blue[2 * x + 1] = times(blueness, blue_u);
    }
}

/* Thousand times the luma of a row of pixels, weighed, onto the sums. */
ALWAYS void add_row(const uint8_t *restrict y, int width, const levels_t *levels, tint_t tint, float weight, float *restrict sums) {
    int16_t black = levels->black, luma = levels->luma;
    for (int x = 0; x < width; ++x) {
        int16_t light = times((int16_t)(y[x] * 8 - black), luma);
        int16_t red = byte_of((int16_t)(light + tint.red[x])), green = byte_of((int16_t)(light + tint.green[x]));
        int16_t blue = byte_of((int16_t)(light + tint.blue[x]));
        sums[x] += weight * (float)((int32_t)red * 299 + (int32_t)green * 587 + (int32_t)blue * 114);
    }
}

/* One row of sums to its 64 points; what is read behind the row is zero. */
ALWAYS void sample_row(const float *sums, const axis_t *axis, float points[PDQ_GRID]) {
    const float *weights = axis->weights;
    for (int j = 0; j < PDQ_GRID; ++j, weights += axis->length) {
        eight_t sum = {0};
        for (int k = 0; k < axis->length; k += EIGHT)
            sum += *(const eight_t *)(sums + axis->first[j] + k) * *(const eight_t *)(weights + k);
        points[j] = ((sum[0] + sum[4]) + (sum[1] + sum[5])) + ((sum[2] + sum[6]) + (sum[3] + sum[7]));
    }
}

/* The sums of the rows that make up row `i` of the points. */
ALWAYS void sum_rows(const pdq_planes_t *p, const axis_t *down, int i, const levels_t *levels, tint_t tint, float *sums, int *tinted) {
    for (int x = 0; x < p->width; ++x) sums[x] = 0;
    for (int k = 0; k < down->count[i]; ++k) {
        int row = down->first[i] + k;
        if (row / 2 != *tinted) {
            *tinted = row / 2;
            tint_row(p->u + *tinted * p->uv_stride, p->v + *tinted * p->uv_stride, (p->width + 1) / 2, levels, tint);
        }
        add_row(p->y + row * p->y_stride, p->width, levels, tint, down->weights[i * down->length + k], sums);
    }
}

ALWAYS void film(const pdq_planes_t *p, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work) {
    axis_t across[2], down[2];
    size_t wide = (size_t)(PDQ_GRID * room_of(p->width)), high = (size_t)(PDQ_GRID * room_of(p->height));
    float *weights = work, *sums = weights + 2 * (wide + high);
    int16_t *tints = (int16_t *)(sums + padded(p->width));
    tint_t tint = {tints, tints + padded(p->width), tints + 2 * padded(p->width)};
    weigh(&across[0], p->width, weights, 1.0f);
    weigh(&down[0], p->height, weights + 2 * wide, 1.0f / 1000);
    if (ways > 1) {
        mirror(&across[1], &across[0], p->width, weights + wide);
        mirror(&down[1], &down[0], p->height, weights + 2 * wide + high);
    }
    for (int x = 0; x < (int)padded(p->width); ++x) sums[x] = 0;
    for (int turned = 0; turned < (ways > 1 ? 2 : 1); ++turned) {
        int tinted = -1;
        for (int i = 0; i < PDQ_GRID; ++i) {
            sum_rows(p, &down[turned], i, p->full ? &FULL : &LIMITED, tint, sums, &tinted);
            sample_row(sums, &across[0], grids[2 * turned][i]);
            if (ways > 1) sample_row(sums, &across[1], grids[2 * turned + 1][i]);
        }
    }
}

void pdq_serial_film(const pdq_planes_t *p, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work) {
    film(p, ways, grids, work);
}

#if defined(__x86_64__) && defined(__GNUC__)
__attribute__((target("avx2"))) void pdq_avx2_film(const pdq_planes_t *p, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work) {
    film(p, ways, grids, work);
}

__attribute__((target("avx512f,avx512bw,avx512vl,prefer-vector-width=512"))) void pdq_avx512_film(
    const pdq_planes_t *p, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work) {
    film(p, ways, grids, work);
}
#endif

int pdq_film_frame(const pdq_planes_t *p, uint8_t hashes[][PDQ_BYTES], int ways, void *work, const pdq_backend_t *backend) {
    /* For each mirroring, the orientations that its own hash and the hash of its transpose belong to. */
    static const int own[PDQ_WAYS] = {0, 5, 4, 2}, transposed[PDQ_WAYS] = {6, 1, 3, 7};
    float grids[PDQ_WAYS][PDQ_GRID][PDQ_GRID];
    int quality = 0;
    if (p->width < PDQ_MIN_SIDE || p->height < PDQ_MIN_SIDE) {
        for (int i = 0; i < (ways > 1 ? PDQ_ORIENTATIONS : 1) * PDQ_BYTES; ++i) hashes[i / PDQ_BYTES][i % PDQ_BYTES] = 0;
        return 0;
    }
    backend->film(p, ways, grids, work);
    for (int way = ways - 1; way >= 0; --way)
        quality = pdq_of_grid(grids[way], hashes[own[way]], ways > 1 ? hashes[transposed[way]] : 0);
    return quality;
}
