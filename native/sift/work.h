/* What a call works with: everything that lies in the caller's memory, and the steps from pixels to keypoints. */
#ifndef HAVRE_SIFT_WORK_H
#define HAVRE_SIFT_WORK_H

#include "sift.h"

enum {
    GAUSSIANS = SIFT_MAX_LAYERS + 3, /* layers an octave has at most */
    BORDER = 5,                      /* pixels along an octave's edge where nothing is looked for */
    STEPS = 5,                       /* pixels that a point is looked for in, each a neighbour of the one before */
    AHEAD = STEPS,                   /* rows above and below the searched one that stand ready */
};

/* A point of the pyramid, before it has a direction. Positions and sigma are in its octave's pixels. */
typedef struct {
    float x, y, sigma, response;
    int32_t row, column;             /* the pixel it was found in */
    int16_t octave, layer;
} point_t;

/* The directions of a point, and the number of its first keypoint. */
typedef struct {
    int count, first;
    float angles[SIFT_MAX_TURNS];
} turns_t;

typedef struct {
    int width, height;
    sift_layer_t layers[GAUSSIANS];
} octave_t;

typedef struct {
    sift_options_t options;
    const sift_backend_t *backend;
    int picture_width, picture_height;   /* as it came in */
    sift_layer_t source;                 /* its luma, reduced */
    int octaves;
    octave_t octave[SIFT_MAX_OCTAVES];
    sift_filter_t first, filters[GAUSSIANS]; /* from the source to the first layer, from each layer to the next */
    sift_tables_t *tables;
    uint32_t *sums;                      /* of the source's rows that make up one of the reduced picture */
    int16_t *blank, *spare, *line;       /* a row of zeros, one to write to that nobody reads, work of the filters */
    uint32_t *found;                     /* extrema of one row */
    point_t *points, *sorted;
    uint64_t *keys;
    uint32_t *order, *order2, *chosen;   /* of the points: two to sort with, and the result of sift_rank */
    turns_t *turns;                      /* of the chosen points */
    int count, room;                     /* points there are; how many can be kept */
} work_t;

/* Lays everything out in `memory`, or nowhere if that is NULL; returns the bytes it needs. */
size_t sift_lay_out(work_t *, int width, int height, const sift_options_t *, char *memory);

void sift_read(work_t *, const uint8_t *pixels, int channels, ptrdiff_t stride);
void sift_search(work_t *);
void sift_keep_strongest(work_t *, int most);
void sift_rank(work_t *);
void sift_by_place(work_t *, int count);
int sift_describe(work_t *, sift_keypoint_t *found);

void sift_gaussian(sift_filter_t *, double sigma, int stuffed);
void sift_fitted(sift_filter_t *, double sigma, double blurred);
void sift_tabulate(sift_tables_t *);

static inline int16_t *sift_row(const sift_layer_t *layer, int row) {
    return layer->pixels + (ptrdiff_t)(row & layer->mask) * layer->stride;
}

#endif
