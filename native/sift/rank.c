/* Which points come first: the strongest, or of a share of them the strongest of each part of the picture. */
#include "work.h"

enum { DIGIT = 11, DIGITS = 1 << DIGIT, CELLS = 8 };

/* Sorts `order` by the keys, equal ones as they stand; the result may lie in either array, and is returned. */
static uint32_t *sorted_by(const uint64_t *keys, int count, uint32_t *order, uint32_t *other) {
    uint64_t differing = 0;
    for (int i = 1; i < count; ++i) differing |= keys[i] ^ keys[0];
    for (int shift = 0; shift < 64; shift += DIGIT) {
        uint32_t starts[DIGITS + 1] = {0};
        if (!(differing >> shift & (DIGITS - 1))) continue;
        for (int i = 0; i < count; ++i) ++starts[(keys[i] >> shift & (DIGITS - 1)) + 1];
        for (int d = 0; d < DIGITS; ++d) starts[d + 1] += starts[d];
        for (int i = 0; i < count; ++i) other[starts[keys[order[i]] >> shift & (DIGITS - 1)]++] = order[i];
        uint32_t *done = other;
        other = order, order = done;
    }
    return order;
}

static uint64_t place_of(const point_t *p) {
    return (uint64_t)p->octave << 48 | (uint64_t)p->layer << 44 | (uint64_t)p->row << 22 | (uint64_t)p->column;
}

/* A float above 0 has the order of its bits; the strongest shall come first. */
static uint64_t weakness_of(const point_t *p) {
    union {
        float value;
        uint32_t bits;
    } response = {p->response};
    return ~response.bits;
}

/* Puts the points in order, the strongest first and equals by their place, and drops those that are there twice. */
static void sort_points(work_t *w) {
    uint32_t *order = w->order, *other = w->order2;
    for (int i = 0; i < w->count; ++i) order[i] = (uint32_t)i, w->keys[i] = place_of(&w->points[i]);
    uint32_t *sorted = sorted_by(w->keys, w->count, order, other);
    other = sorted == order ? other : order;
    for (int i = 0; i < w->count; ++i) w->keys[i] = weakness_of(&w->points[i]);
    sorted = sorted_by(w->keys, w->count, sorted, other);
    int kept = 0;
    for (int i = 0; i < w->count; ++i) {
        const point_t *p = &w->points[sorted[i]];
        if (!kept || place_of(p) != place_of(&w->sorted[kept - 1])) w->sorted[kept++] = *p;
    }
    point_t *points = w->points;
    w->points = w->sorted, w->sorted = points, w->count = kept;
}

void sift_keep_strongest(work_t *w, int most) {
    sort_points(w);
    if (w->count > most) w->count = most;
}

/* In `order`, the first `count` of the chosen in the order of their places: what lies together in memory is read
 * together. */
void sift_by_place(work_t *w, int count) {
    for (int i = 0; i < count; ++i) {
        w->order[i] = (uint32_t)i;
        w->keys[i] = place_of(&w->points[w->chosen[i]]);
    }
    uint32_t *sorted = sorted_by(w->keys, count, w->order, w->order2);
    if (sorted != w->order) w->order2 = w->order, w->order = sorted;
}

/* The part of the picture that a point lies in: one of 8 x 8. */
static int cell_of(const work_t *w, const point_t *p) {
    const octave_t *o = &w->octave[p->octave];
    int x = (int)((double)(CELLS * p->x) / o->width), y = (int)((double)(CELLS * p->y) / o->height);
    x = x < CELLS - 1 ? x : CELLS - 1, y = y < CELLS - 1 ? y : CELLS - 1;
    return y * CELLS + x;
}

/* In `chosen`, the points in the order in which they are taken: in turn the strongest that is left, and the strongest
 * of a cell from which the fewest were taken that way; of a hundred, `spread` in the second way. */
void sift_rank(work_t *w) {
    uint32_t in_cell[CELLS * CELLS] = {0};
    sort_points(w);
    for (int i = 0; i < w->count; ++i) {
        w->order[i] = (uint32_t)i;
        w->keys[i] = in_cell[cell_of(w, &w->points[i])]++;
    }
    uint32_t *by_cell = sorted_by(w->keys, w->count, w->order, w->order2);
    for (int i = 0; i < w->count; ++i) w->keys[i] = 0;
    for (int taken = 0, strong = 0, spread = 0; taken < w->count; ++taken) {
        int from_cell = (int64_t)(taken + 1) * w->options.spread / 100 > (int64_t)taken * w->options.spread / 100;
        while (strong < w->count && w->keys[strong]) ++strong;
        while (spread < w->count && w->keys[by_cell[spread]]) ++spread;
        uint32_t next = from_cell ? by_cell[spread] : (uint32_t)strong;
        w->keys[next] = 1;
        w->chosen[taken] = next;
    }
}
