/* The pyramid, row by row: a layer is made only as far as the next one needs it, and searched as soon as can be. */
#include "exact.h"
#include "work.h"

/* ---- making rows ---- */

static void need(work_t *, octave_t *, int layer, int last);

/* Rows of the first layer of an octave, each second pixel of each second row of the octave below. */
static void halve(const work_t *w, sift_layer_t *layer, const sift_layer_t *below, int last) {
    for (; layer->done <= last; ++layer->done)
        w->backend->halve(sift_row(below, 2 * layer->done), layer->width, sift_row(layer, layer->done));
}

/* SIFT_BLOCK rows of a layer from the rows of the one before it. */
static void blur_block(work_t *w, const sift_filter_t *f, const sift_layer_t *from, sift_layer_t *to, int stuffed) {
    const int16_t *rows[2 * SIFT_MAX_RADIUS + SIFT_BLOCK];
    int16_t *out[SIFT_BLOCK];
    for (int k = 0; k < 2 * f->radius + SIFT_BLOCK; ++k) {
        int at = sift_mirrored(to->done - f->radius + k, to->height);
        rows[k] = stuffed && at % 2 ? w->blank : sift_row(from, stuffed ? at / 2 : at);
    }
    for (int j = 0; j < SIFT_BLOCK; ++j)
        out[j] = to->done + j < to->height ? sift_row(to, to->done + j) : w->spare;
    w->backend->blur(f, rows, to->width, stuffed, out, w->line);
    to->done += SIFT_BLOCK;
}

/* Makes a layer down to row `last`, or to its end. */
static void need(work_t *w, octave_t *o, int layer, int last) {
    sift_layer_t *made = &o->layers[layer];
    if (last >= o->height) last = o->height - 1;
    if (layer == 0 && o != w->octave) {
        halve(w, made, &o[-1].layers[w->options.layers], last);
        return;
    }
    while (made->done <= last) {
        const sift_filter_t *f = layer ? &w->filters[layer] : &w->first;
        if (layer) need(w, o, layer - 1, made->done + SIFT_BLOCK - 1 + f->radius);
        blur_block(w, f, layer ? made - 1 : &w->source, made, layer == 0 && w->options.doubled);
    }
}

/* ---- searching ---- */

/* The differences of layers around one pixel, their slopes and curvatures. */
typedef struct {
    double value;
    double x, y, s;
    double xx, yy, ss, xy, xs, ys;
} shape_t;

static void shape_at(const octave_t *o, int s, int row, int column, shape_t *shape) {
    int d[3][3][3];
    for (int k = 0; k < 3; ++k) {
        for (int r = 0; r < 3; ++r) {
            const int16_t *low = sift_row(&o->layers[s + k - 1], row + r - 1) + column - 1;
            const int16_t *high = sift_row(&o->layers[s + k], row + r - 1) + column - 1;
            for (int c = 0; c < 3; ++c) d[k][r][c] = high[c] - low[c];
        }
    }
    shape->value = d[1][1][1];
    shape->x = (d[1][1][2] - d[1][1][0]) / 2.0;
    shape->y = (d[1][2][1] - d[1][0][1]) / 2.0;
    shape->s = (d[2][1][1] - d[0][1][1]) / 2.0;
    shape->xx = d[1][1][2] + d[1][1][0] - 2 * d[1][1][1];
    shape->yy = d[1][2][1] + d[1][0][1] - 2 * d[1][1][1];
    shape->ss = d[2][1][1] + d[0][1][1] - 2 * d[1][1][1];
    shape->xy = (d[1][2][2] + d[1][0][0] - d[1][2][0] - d[1][0][2]) / 4.0;
    shape->xs = (d[2][1][2] + d[0][1][0] - d[2][1][0] - d[0][1][2]) / 4.0;
    shape->ys = (d[2][2][1] + d[0][0][1] - d[2][0][1] - d[0][2][1]) / 4.0;
}

/* Where the parabola through these differences has its peak; false if it has none. */
static int peak(const shape_t *h, double at[3]) {
    double a = h->yy * h->ss - h->ys * h->ys, b = h->xs * h->ys - h->xy * h->ss, c = h->xy * h->ys - h->xs * h->yy;
    double det = h->xx * a + h->xy * b + h->xs * c;
    if (det == 0) return 0;
    double d = h->xx * h->ss - h->xs * h->xs, e = h->xs * h->xy - h->xx * h->ys, f = h->xx * h->yy - h->xy * h->xy;
    at[0] = -(a * h->x + b * h->y + c * h->s) / det;
    at[1] = -(b * h->x + d * h->y + e * h->s) / det;
    at[2] = -(c * h->x + e * h->y + f * h->s) / det;
    return 1;
}

#define FAR 1.5 /* pixels or scales from which a peak is not looked for in the neighbour */

static int is_near(double at) { return at < 0.5 && at > -0.5; }
static int nearest(double at) { return (int)(at < 0 ? at - 0.5 : at + 0.5); }

/* A point strong enough and not on an edge, whose ends are hard to tell. */
static int is_good(const work_t *w, const shape_t *h, double contrast) {
    double trace = h->xx + h->yy, det = h->xx * h->yy - h->xy * h->xy, edge = w->options.edge;
    if ((contrast < 0 ? -contrast : contrast) * w->options.layers < w->options.contrast * 255 * SIFT_ONE) return 0;
    return det > 0 && trace * trace * edge < (edge + 1) * (edge + 1) * det;
}

/* Follows the parabola from a pixel to the one its peak lies in, and keeps it if it is good. */
static void refine(work_t *w, int octave, int s, int row, int column) {
    const octave_t *o = &w->octave[octave];
    shape_t shape;
    double at[3];
    for (int step = 0;; ++step) {
        if (step == STEPS) return;
        shape_at(o, s, row, column, &shape);
        if (!peak(&shape, at)) return;
        if (is_near(at[0]) && is_near(at[1]) && is_near(at[2])) break;
        for (int i = 0; i < 3; ++i)
            if (at[i] >= FAR || at[i] <= -FAR) return;
        column += nearest(at[0]), row += nearest(at[1]), s += nearest(at[2]);
        if (s < 1 || s > w->options.layers || column < BORDER || column >= o->width - BORDER || row < BORDER
            || row >= o->height - BORDER)
            return;
    }
    double contrast = shape.value + (shape.x * at[0] + shape.y * at[1] + shape.s * at[2]) / 2;
    if (!is_good(w, &shape, contrast)) return;
    w->points[w->count++] = (point_t){
        .x = (float)(column + at[0]), .y = (float)(row + at[1]),
        .sigma = (float)(w->options.sigma * sift_exp2((s + at[2]) / w->options.layers)),
        .response = (float)((contrast < 0 ? -contrast : contrast) / (255 * SIFT_ONE)),
        .row = row, .column = column, .octave = (int16_t)octave, .layer = (int16_t)s,
    };
}

/* Four fifths of the contrast a point needs: between pixels it may have more than at any of them. */
static int least_difference(const sift_options_t *options) {
    int least = (int)(options->contrast * 255 * SIFT_ONE * 0.8 / options->layers);
    return least < 1 ? 1 : least;
}

static void search_block(work_t *w, int octave, int row) {
    const octave_t *o = &w->octave[octave];
    const int16_t *rows[GAUSSIANS][SIFT_BLOCK + 2];
    int last = o->height - 1 - BORDER, height = last - row + 1 < SIFT_BLOCK ? last - row + 1 : SIFT_BLOCK;
    for (int g = 0; g < w->options.layers + 3; ++g)
        for (int r = 0; r < SIFT_BLOCK + 2; ++r)
            rows[g][r] = sift_row(&o->layers[g], row - 1 + (r < height + 2 ? r : height + 1));
    int count = w->backend->extrema((const int16_t *const (*)[SIFT_BLOCK + 2])rows, w->options.layers, height, BORDER,
                                    o->width - BORDER, least_difference(&w->options), w->found, w->line);
    if (w->room - w->count < count) sift_keep_strongest(w, w->room / 2);
    for (int i = 0; i < count; ++i) {
        uint32_t found = w->found[i];
        refine(w, octave, (int)(found >> 24 & 15), row + (int)(found >> 28), (int)(found & 0xffffff));
    }
}

void sift_search(work_t *w) {
    for (int i = 0; i < w->octaves; ++i) {
        octave_t *o = &w->octave[i];
        for (int row = BORDER; row < o->height - BORDER; row += SIFT_BLOCK) {
            need(w, o, w->options.layers + 2, row + SIFT_BLOCK - 1 + AHEAD);
            search_block(w, i, row);
        }
        need(w, o, w->options.layers, o->height - 1);
    }
}
