/* From points to keypoints: their directions and their descriptors. */
#include "exact.h"
#include "work.h"

#define TURN_STEP 0.6       /* from sample to sample of the square that gives the direction, in sigmas */
#define TURN_SIGMA 1.5      /* blur of its window, in sigmas */
#define PEAK 0.8f           /* of the highest, from which another direction counts */
#define CELL_SIDE 3.0f      /* of one of the 4 x 4 cells, in sigmas */
#define CELLS_ACROSS 5      /* with half a cell around them, for which what lies there still counts */
#define WINDOW 2.0          /* blur of the descriptor's window, in cells */
#define SMALLEST 0.75       /* of the squares that are pooled (DSP-SIFT, Dong and Soatto 2015), and the */
#define LARGEST 1.5         /* largest; the usual one is 1 */
#define MOST 0.2f           /* of the descriptor's length, that one number may have */
#define SCALE 512           /* from the square root of a number's share to a byte */

static void tabulate_grid(sift_grid_t *grid, int side) {
    float middle = (float)(side - 1) * 0.5f;
    grid->side = side;
    grid->count = (side * side + SIFT_STEP - 1) / SIFT_STEP * SIFT_STEP;
    for (int i = 0; i < grid->count; ++i) {
        grid->u[i] = i < side * side ? (float)(i % side) - middle : 0;
        grid->v[i] = i < side * side ? (float)(i / side) - middle : 0;
    }
}

void sift_tabulate(sift_tables_t *tables) {
    double middle = (SIFT_GRID - 1) / 2.0, step = (double)CELLS_ACROSS / (SIFT_GRID - 2);
    tabulate_grid(&tables->described, SIFT_GRID);
    tabulate_grid(&tables->turning, SIFT_TURN_GRID);
    for (int c = 0; c < 4; ++c) {
        for (int i = 0; i < SIFT_GRID; ++i) {
            double at = (i - middle) * step, apart = at - (c - 1.5), share = 1 - (apart < 0 ? -apart : apart);
            int counts = share > 0 && i > 0 && i < SIFT_GRID - 1;
            tables->cell[c][i] = counts ? (float)(share * sift_exp(-at * at / (2 * WINDOW * WINDOW))) : 0;
        }
    }
    const sift_grid_t *grid = &tables->turning;
    for (int i = 0; i < grid->count; ++i) {
        double scale = TURN_STEP / TURN_SIGMA, x = grid->u[i] * scale, y = grid->v[i] * scale;
        int column = i % grid->side, rim = column == 0 || column == grid->side - 1;
        tables->turn[i] = rim ? 0 : (float)sift_exp(-(x * x + y * y) / 2);
    }
}

/* Lengths and directions of the gradients in a square around a point, whose rows go along (cosine, sine); outside of
 * the picture there are none. */
static void gradients(const work_t *w, const point_t *p, double step, double cosine, double sine,
                      const sift_grid_t *grid, float *length, float *direction) {
    int side = grid->side;
    float samples[SIFT_GRID * SIFT_GRID + SIFT_SLACK], inside[SIFT_GRID * SIFT_GRID + SIFT_SLACK];
    const sift_layer_t *layer = &w->octave[p->octave].layers[p->layer];
    float reach = (float)(step * side), across = (float)(step * cosine), down = (float)(step * sine);
    int whole = p->x > reach && p->y > reach && p->x < (float)layer->width - 1 - reach
                && p->y < (float)layer->height - 1 - reach;
    w->backend->sample(layer, grid, p->x, p->y, across, down, samples, whole ? 0 : inside);
    w->backend->polar(samples, side, length, direction);
    if (!whole)
        for (int i = side; i < side * (side - 1); ++i) length[i] *= inside[i];
}

/* How much gradient there is in each of 36 directions, counter-clockwise, smoothed. Each counts for the two nearest. */
static void directions(const work_t *w, const point_t *p, float smooth[SIFT_DIRECTIONS]) {
    enum { N = SIFT_DIRECTIONS, SIDE = SIFT_TURN_GRID, SQUARE = SIDE * SIDE + SIFT_SLACK };
    float length[SQUARE], direction[SQUARE], first[SQUARE], second[SQUARE], parts[4][N + 2] = {{0}}, sums[N];
    int bins[SQUARE];
    gradients(w, p, p->sigma * TURN_STEP, 1, 0, &w->tables->turning, length, direction);
    for (int i = SIDE; i < SIDE * (SIDE - 1); ++i) {
        float at = direction[i] * (N / 8.0f), whole = w->tables->turn[i] * length[i];
        bins[i] = (int)at;
        second[i] = whole * (at - (float)bins[i]);
        first[i] = whole - second[i];
    }
    for (int i = SIDE; i < SIDE * (SIDE - 1); ++i) {
        float *to = parts[i % 4] + bins[i];
        to[0] += first[i], to[1] += second[i];
    }
    for (int k = 0; k < 4; ++k) parts[k][0] += parts[k][N], parts[k][1] += parts[k][N + 1];
    for (int i = 0; i < N; ++i) sums[i] = (parts[0][i] + parts[1][i]) + (parts[2][i] + parts[3][i]);
    for (int i = 0; i < N; ++i)
        smooth[i] = ((sums[(i + N - 2) % N] + sums[(i + 2) % N]) + 4 * (sums[(i + N - 1) % N] + sums[(i + 1) % N])
                     + 6 * sums[i]) * (1.0f / 16);
}

/* Puts an angle among those already there, the highest first; the lowest falls out if there are too many. */
static void insert(turns_t *t, float heights[SIFT_MAX_TURNS], float height, float angle, int most) {
    int at = t->count < most ? t->count++ : most;
    for (; at > 0 && heights[at - 1] < height; --at)
        if (at < most) heights[at] = heights[at - 1], t->angles[at] = t->angles[at - 1];
    if (at < most) heights[at] = height, t->angles[at] = angle;
}

/* The angles of a point: those of its peaks, and 0 if it has none. */
static void find_turns(const work_t *w, const point_t *p, turns_t *t) {
    enum { N = SIFT_DIRECTIONS };
    float sums[N], heights[SIFT_MAX_TURNS], highest = 0;
    t->count = 0;
    t->angles[0] = 0;
    if (!w->options.upright) {
        directions(w, p, sums);
        for (int i = 0; i < N; ++i) highest = sums[i] > highest ? sums[i] : highest;
        for (int i = 0; i < N; ++i) {
            float before = sums[(i + N - 1) % N], here = sums[i], after = sums[(i + 1) % N];
            if (!(here > before && here >= after && here >= PEAK * highest)) continue;
            float angle = 360 - ((float)i + 0.5f * (before - after) / (before - 2 * here + after)) * (360.0f / N);
            insert(t, heights, here, angle >= 360 ? angle - 360 : angle, w->options.turns);
        }
    }
    if (!t->count) t->count = 1;
}

/* The sum of 128 numbers in the order that 8 lanes give. */
static float total(const float *numbers) {
    float t[8] = {0};
    for (int i = 0; i < SIFT_NUMBERS; ++i) t[i % 8] += numbers[i];
    return ((t[0] + t[4]) + (t[2] + t[6])) + ((t[1] + t[5]) + (t[3] + t[7]));
}

/* No number above a fifth of the whole, then the square root of each one's share of the sum. */
static void to_bytes(float numbers[SIFT_NUMBERS], uint8_t bytes[SIFT_NUMBERS]) {
    float squares[SIFT_NUMBERS];
    for (int i = 0; i < SIFT_NUMBERS; ++i) squares[i] = numbers[i] * numbers[i];
    float most = MOST * sift_rootf(total(squares));
    for (int i = 0; i < SIFT_NUMBERS; ++i) numbers[i] = numbers[i] < most ? numbers[i] : most;
    float sum = total(numbers);
    for (int i = 0; i < SIFT_NUMBERS; ++i) {
        float scaled = sum > 0 ? SCALE * sift_rootf(numbers[i] / sum) + 0.5f : 0;
        bytes[i] = (uint8_t)(scaled < 255 ? scaled : 255);
    }
}

static void descriptor(const work_t *w, const point_t *p, float angle, uint8_t bytes[SIFT_NUMBERS]) {
    enum { SQUARE = SIFT_GRID * SIFT_GRID + SIFT_SLACK };
    float length[SQUARE], direction[SQUARE], numbers[SIFT_NUMBERS] = {0};
    double cosine, sine, step = p->sigma * (double)(CELL_SIDE * CELLS_ACROSS / (SIFT_GRID - 2));
    sift_turn(angle, &cosine, &sine);
    for (int k = 0; k < w->options.pooled; ++k) {
        double size = w->options.pooled == 1 ? 1 : SMALLEST + k * (LARGEST - SMALLEST) / (w->options.pooled - 1);
        gradients(w, p, step * size, cosine, sine, &w->tables->described, length, direction);
        w->backend->pool(w->tables->cell, length, direction, numbers);
    }
    to_bytes(numbers, bytes);
}

/* A point in the picture's own pixels. */
static sift_keypoint_t keypoint_of(const work_t *w, const point_t *p, float angle) {
    double pixel = (double)((int64_t)1 << p->octave) / (w->options.doubled ? 2 : 1);
    double x = w->picture_width / (double)w->source.width, y = w->picture_height / (double)w->source.height;
    return (sift_keypoint_t){
        .x = (float)((p->x * pixel + 0.5) * x - 0.5), .y = (float)((p->y * pixel + 0.5) * y - 0.5),
        .size = (float)(2 * p->sigma * pixel * (x > y ? y : x)), .angle = angle, .response = p->response,
    };
}

int sift_describe(work_t *w, sift_keypoint_t *found) {
    int points = w->count < w->options.most ? w->count : w->options.most, count = 0;
    sift_by_place(w, points);
    for (int i = 0; i < points; ++i) find_turns(w, &w->points[w->chosen[w->order[i]]], &w->turns[w->order[i]]);
    for (int i = 0; i < points; ++i) {
        w->turns[i].first = count;
        if (w->turns[i].count > w->options.most - count) w->turns[i].count = w->options.most - count;
        count += w->turns[i].count;
    }
    for (int i = 0; i < points; ++i) {
        const point_t *p = &w->points[w->chosen[w->order[i]]];
        const turns_t *t = &w->turns[w->order[i]];
        for (int k = 0; k < t->count; ++k) {
            found[t->first + k] = keypoint_of(w, p, t->angles[k]);
            descriptor(w, p, t->angles[k], found[t->first + k].descriptor);
        }
    }
    return count;
}
