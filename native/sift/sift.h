/* SIFT keypoints (Lowe 2004) with RootSIFT descriptors (Arandjelovic and Zisserman 2012), the same bits everywhere.
 *
 * The pyramid is whole numbers, so sums come out the same in any order; what is float uses only + - * / and square
 * root in one fixed order. No libc, no heap, no globals: the caller brings the memory, so any number of threads may
 * work at once. serial.c is the truth; the other backends make the same operations side by side. */
#ifndef HAVRE_SIFT_H
#define HAVRE_SIFT_H

#include <stddef.h>
#include <stdint.h>

enum {
    SIFT_MAX_SIDE = 65535,        /* JPEG's own limit */
    SIFT_MAX_PIXELS = 1 << 24,    /* of the picture that the pyramid stands on, after the doubling */
    SIFT_MAX_KEYPOINTS = 100000,  /* that a call can give */
    SIFT_MIN_LAYERS = 2,
    SIFT_MAX_LAYERS = 5,
    SIFT_MAX_TURNS = 8,           /* keypoints that one point can become, a direction each */
    SIFT_MAX_POOLED = 8,
    SIFT_NUMBERS = 128,           /* of a descriptor */
    SIFT_ONE = 128,               /* a grey level in the pyramid's units: 255 of them fit 15 bits */
    SIFT_BLOCK = 4,               /* rows a filter gives at once */
    SIFT_MAX_RADIUS = 32,
    SIFT_MAX_OCTAVES = 18,
    SIFT_SLACK = 64,              /* numbers that a backend may read past the end of a row */
    SIFT_STEP = 16,               /* samples that a backend may take at once */
    SIFT_GRID = 24,               /* samples along a side of the square that is described, with a rim of one */
    SIFT_TURN_GRID = 18,          /* the same of the square that gives the direction */
    SIFT_DIRECTIONS = 36,
};

typedef struct {
    int most;          /* keypoints wanted, 1..SIFT_MAX_KEYPOINTS */
    int side;          /* the picture is reduced until its longer side is at most this */
    int layers;        /* scales an octave is searched at */
    int doubled;       /* whether the first octave has twice the picture's sides */
    int upright;       /* whether every point has one keypoint, of angle 0 */
    int turns;         /* most directions of a point */
    int spread;        /* of a hundred keypoints, those that are chosen by cell and not by strength */
    int pooled;        /* sizes of the described square over which a descriptor is summed up */
    double sigma;      /* blur of an octave's first layer, in its pixels */
    double contrast;   /* least contrast of a point times layers, in 1 = white */
    double edge;       /* largest ratio of the two curvatures at a point */
} sift_options_t;

/* One keypoint as it leaves the kernel. Lengths are in pixels of the picture as it came in, centres at whole numbers.
 * Number (row * 4 + column) * 8 + direction of a descriptor: columns follow the angle, rows lie across it (downwards
 * for angle 0), directions turn counter-clockwise from it; 512 times the square root of its share of the sum. */
typedef struct {
    float x, y;
    float size;        /* diameter: twice the scale's sigma */
    float angle;       /* degrees, from the x axis towards the y axis */
    float response;    /* contrast, 1 = white */
    uint8_t descriptor[SIFT_NUMBERS];
} sift_keypoint_t;

/* A filter that goes along rows and down columns: weights in 1/32768, none below 0; and the same in pairs, for the two
 * outputs that share a pair of inputs: `even` for the one above the first of them, `odd` for the one above the second.
 * There is a pair of zeros before the first pair and after the last. */
typedef struct {
    int radius;
    int16_t weights[2 * SIFT_MAX_RADIUS + 1];
    uint32_t even[SIFT_MAX_RADIUS + 3], odd[SIFT_MAX_RADIUS + 3]; /* the first of two in the lower half */
} sift_filter_t;

/* A layer's pixels: all its rows, or the last mask + 1. */
typedef struct {
    int16_t *pixels;
    ptrdiff_t stride;
    int width, height;
    int mask;
    int done;          /* rows that have been made */
} sift_layer_t;

/* A square of samples around a point, row by row: how far each lies across and down, in steps from the middle. */
typedef struct {
    int side, count; /* count is a multiple of SIFT_STEP; what is over lies in the middle */
    float u[SIFT_GRID * SIFT_GRID], v[SIFT_GRID * SIFT_GRID];
} sift_grid_t;

/* What all points share. */
typedef struct {
    sift_grid_t described, turning;
    float cell[4][SIFT_GRID];          /* what a sample counts for a row (or column) of cells */
    float turn[SIFT_GRID * SIFT_GRID]; /* what a sample counts for the direction */
} sift_tables_t;

typedef struct {
    const char *name;
    int (*runs_here)(void);

    /* Adds weight times the luma of each pixel, in 1/SIFT_ONE of a level. */
    void (*luma)(const uint8_t *pixels, int width, int channels, uint32_t weight, uint32_t *sums);

    /* SIFT_BLOCK rows of a filter's output: out[j] is centred on rows[radius + j] of 2 radius + SIFT_BLOCK rows. With
     * `stuffed` rows of (width + 1) / 2, between whose pixels zeros are thought. `line` holds width + 2 radius and
     * slack. */
    void (*blur)(const sift_filter_t *, const int16_t *const *rows, int width, int stuffed, int16_t *const *out,
                 int16_t *line);

    /* Every second of the pixels, `width` of them. `to` has room for slack. */
    void (*halve)(const int16_t *from, int width, int16_t *to);

    /* Pixels from..to-1 of `height` rows, at most SIFT_BLOCK, whose difference of layers s+1 and s is no smaller (or no
     * larger) than its 26 neighbours and at least `least` away from 0, for s in 1..layers: row << 28 | s << 24 | x in
     * any order; returns how many. rows[g] are these rows in layer g, with the one above and those below; `least` is
     * above 0. `line` holds 2 layers SIFT_BLOCK rows of `to` and slack. */
    int (*extrema)(const int16_t *const (*rows)[SIFT_BLOCK + 2], int layers, int height, int from, int to, int least,
                   uint32_t *found, int16_t *line);

    /* The layer at the points of a grid whose middle is (x, y); the next in its row lies (across, down) further, the
     * next in its column (-down, across). Outside it is as at the nearest pixel, and `inside` is 0 and not 1; NULL if
     * all are inside. */
    void (*sample)(const sift_layer_t *, const sift_grid_t *, float x, float y, float across, float down,
                   float *samples, float *inside);

    /* From samples to the length of their gradient and its direction in eighths of a turn, 0..8, counter-clockwise; the
     * first and last row are left out, the first and last column mean nothing. */
    void (*polar)(const float *samples, int side, float *length, float *direction);

    /* Adds what gradients in the square count for to the 128 numbers. */
    void (*pool)(const float cell[4][SIFT_GRID], const float *length, const float *direction, float *numbers);
} sift_backend_t;

/* The position that stands for one beyond the ends of n: mirrored at the first and the last, as often as it takes. */
static inline int sift_mirrored(int at, int n) {
    if (at >= 0 && at < n) return at;
    if (n == 1) return 0;
    int period = 2 * (n - 1);
    at %= period;
    if (at < 0) at += period;
    return at < n ? at : period - at;
}

/* Continues a row beyond both ends, where there is room for `reach` pixels. */
static inline void sift_mirror_ends(int16_t *row, int width, int reach) {
    if (reach < width) {
        for (int k = 1; k <= reach; ++k) row[-k] = row[k], row[width - 1 + k] = row[width - 1 - k];
        return;
    }
    for (int k = 1; k <= reach; ++k) {
        row[-k] = row[sift_mirrored(-k, width)];
        row[width - 1 + k] = row[sift_mirrored(width - 1 + k, width)];
    }
}

/* The last one that runs here is the fastest. */
extern const sift_backend_t sift_backends[];
extern const int sift_backend_count;

/* The picture's sides after the reduction. */
void sift_reduced(int width, int height, int side, int *reduced_width, int *reduced_height);

/* Bytes of work memory that a picture needs; 0 if a side is not in 1..65535 or it has too many pixels. */
size_t sift_work_bytes(int width, int height, const sift_options_t *);

/* The keypoints of a picture of 1 (grey), 3 (RGB) or 4 (RGBX) channels, into `found` (room for options->most); returns
 * how many. The first n of them are those that a call for n would give. `work` is aligned to 64 bytes and may hold
 * anything. */
int sift_extract(const uint8_t *pixels, int width, int height, int channels, ptrdiff_t stride, const sift_options_t *,
                 const sift_backend_t *, void *work, sift_keypoint_t *found);

#endif
