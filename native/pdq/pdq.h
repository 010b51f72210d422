/* PDQ perceptual hash, streaming: bit for bit what pdqhash 0.2.8 (ThreatExchange's C++) gives on the same pixels.
 *
 * No libc, no heap, no globals: the caller owns pdq_t and the work memory, so any number of threads may hash at
 * once. Every backend makes the same float operations in the same order as the reference and so the same bits. */
#ifndef HAVRE_PDQ_H
#define HAVRE_PDQ_H

#include <stddef.h>
#include <stdint.h>

enum {
    PDQ_GRID = 64,         /* the picture is blurred and sampled at 64 x 64 points */
    PDQ_BYTES = 32,        /* one hash: 256 bits */
    PDQ_ORIENTATIONS = 8,  /* the turns and mirrorings of a picture, see pdq_finish */
    PDQ_WAYS = 4,          /* mirrorings whose transposes are the other orientations */
    PDQ_BLOCK = 16,        /* rows come in multiples of this until the last call */
    PDQ_MIN_SIDE = 5,      /* the reference gives hash 0, quality 0 below */
    PDQ_MAX_SIDE = 65535,  /* JPEG's own limit */
};

typedef struct pdq_t pdq_t;

/* Takes PDQ_BLOCK rows: `count` of the picture and blank ones after them, which push the last through the filters. */
typedef void (*pdq_block_t)(pdq_t *, const uint8_t *rows, int count, ptrdiff_t stride);

/* One frame of a film as decoders give it: a plane of light, and two of colour that are half as wide and high. */
typedef struct {
    const uint8_t *y, *u, *v;
    ptrdiff_t y_stride, uv_stride;
    int width, height;
    int full; /* levels from 0 to 255, not from 16 to 235 */
} pdq_planes_t;

/* Blurs and samples a frame as it is, and where `ways` is PDQ_WAYS also mirrored left to right, upside down, both. */
typedef void (*pdq_film_t)(const pdq_planes_t *, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work);

struct pdq_t {
    int width, height, channels;
    int window_x, window_y;            /* the box filter's width, in pixels along each axis */
    int lead_x, lead_y;                /* pixels read ahead of the one being written */
    int columns;                       /* pixels a row of work memory holds, lead and padding included */
    int rows;                          /* rows a ring holds */
    int row;                           /* rows taken so far, blank ones included */
    int at_x[PDQ_GRID], at_y[PDQ_GRID];          /* where the grid samples the picture */
    int ring_x;                        /* columns the two row filters of a wide backend remember: a power of two */
    float *ring, *sum;                 /* first filter down the columns: its last rows, its running sums */
    float *line, *line2;               /* work of the row filters */
    float *inverse_x, *rest_x;         /* 1/pixels in the window, at each column that leaves; 0 where none does */
    float *ring2;                      /* second filter down the columns: only the 64 sampled ones */
    float sum2[PDQ_GRID];
    float grid[PDQ_GRID][PDQ_GRID];    /* the result: the blurred picture, sampled */
    pdq_block_t block;
};

/* A backend and whether this processor can run it. The last one that can is the fastest. */
typedef struct {
    const char *name;
    int (*runs_here)(void);
    pdq_block_t block;
    pdq_film_t film;
} pdq_backend_t;

extern const pdq_backend_t pdq_backends[];
extern const int pdq_backend_count;

/* Bytes of work memory a picture needs; 0 if a side is not in 1..65535. */
size_t pdq_work_bytes(int width, int height);

/* Starts a picture. `work` is zeroed memory of pdq_work_bytes, aligned to 64; channels 1 grey, 3 RGB, 4 RGBX. */
void pdq_begin(pdq_t *, int width, int height, int channels, void *work, const pdq_backend_t *);

/* The next rows, top to bottom, `stride` bytes apart: a multiple of PDQ_BLOCK of them except in the last call. */
void pdq_rows(pdq_t *, const uint8_t *rows, int count, ptrdiff_t stride);

/* After all rows: the hash of each orientation (bytes as in the usual 64 hex digits), and the quality 0..100.
 * Order, that of pdqhash.compute_dihedral: upright, turned 90, 180, 270 degrees counter-clockwise, flipped upside
 * down, mirrored left to right, mirrored along the main diagonal, along the other one. */
int pdq_finish(pdq_t *, uint8_t hashes[PDQ_ORIENTATIONS][PDQ_BYTES]);

/* Bytes of work memory a frame of a film needs; 0 if a side is not in 1..65535. */
size_t pdq_film_work_bytes(int width, int height);

/* A frame of a film: its quality, and its hash; with `ways` PDQ_WAYS the hash of each orientation, as if the pixels
 * had been turned. Work memory is aligned to 64. */
int pdq_film_frame(const pdq_planes_t *, uint8_t hashes[][PDQ_BYTES], int ways, void *work, const pdq_backend_t *);

/* The quality of a blurred and sampled picture, its hash and, unless it is 0, the hash of its transpose. */
int pdq_of_grid(float grid[PDQ_GRID][PDQ_GRID], uint8_t hash[PDQ_BYTES], uint8_t transposed[PDQ_BYTES]);

/* Pixels the window holds when it is centred on pixel `at` of `length`. */
static inline int pdq_in_window(int at, int length, int window) {
    int right = at + (window + 2) / 2, left = right - window;
    return (right < length ? right : length) - (left > 0 ? left : 0);
}

/* 1/size as the sum of two floats. */
static inline void pdq_inverse(int size, float *inverse, float *rest) {
    *inverse = 1.0f / (float)size;
    *rest = (float)(1.0 / size - (double)*inverse);
}

void pdq_luma(const uint8_t *pixels, int width, int channels, float *out);
void pdq_serial_block(pdq_t *, const uint8_t *rows, int count, ptrdiff_t stride);
void pdq_serial_film(const pdq_planes_t *, int ways, float grids[][PDQ_GRID][PDQ_GRID], void *work);
void pdq_sampled_row(pdq_t *, const float sampled[PDQ_GRID]);

#endif
