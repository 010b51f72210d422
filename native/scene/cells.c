/* In which cells do the numbers of a feature lie? Whole numbers: 8 times a level against centroids in eighths of one. */
#include <string.h>

#include "scene.h"

typedef struct {
    int32_t far;
    uint16_t cell;
} near_cell;

/* Puts one more into the `count` nearest so far, of `most`; of equally far ones the first stays first. */
static int keep(near_cell *best, int count, int most, near_cell one) {
    if (count == most && one.far >= best[most - 1].far) return count;
    int at = count < most ? count : most - 1;
    for (; at > 0 && best[at - 1].far > one.far; --at) best[at] = best[at - 1];
    best[at] = one;
    return count < most ? count + 1 : count;
}

void scene_lay_cells(const int8_t *centroids, scene_half halves[2]) {
    for (int half = 0; half < 2; ++half) {
        for (int j = 0; j < SCENE_CELLS; ++j) {
            const int8_t *one = centroids + (half * SCENE_CELLS + j) * SCENE_HALF;
            int32_t square = 0;
            for (int k = 0; k < SCENE_HALF; ++k) {
                halves[half].numbers[k / 2][j][k % 2] = one[k];
                square += one[k] * one[k];
            }
            halves[half].square[j] = square;
        }
    }
}

enum { TOGETHER = 16 }; /* cells looked at in one go */

static inline int any_nearer(const int32_t *far, int32_t than) {
    int any = 0;
    for (int j = 0; j < TOGETHER; ++j) any |= far[j] < than;
    return any;
}

/* The nearest cells of one half. */
static void nearest_of_half(const scene_backend *backend, const scene_half *half, const int16_t *levels, int most, near_cell *best) {
    int32_t far[SCENE_CELLS];
    backend->far(half, levels, far);
    int count = 0;
    for (int at = 0; at < SCENE_CELLS; at += TOGETHER) {
        if (count == most && !any_nearer(far + at, best[most - 1].far)) continue;
        for (int j = at; j < at + TOGETHER; ++j)
            if (count < most || far[j] < best[most - 1].far) count = keep(best, count, most, (near_cell){far[j], (uint16_t)j});
    }
}

void scene_nearest_cells(const scene_backend *backend, const scene_half halves[2], const uint8_t *numbers, int most,
                         uint32_t *found) {
    int16_t levels[SCENE_NUMBERS];
    near_cell best[2][SCENE_MOST_CELLS];
    struct { int32_t far; uint32_t pair; } pairs[SCENE_MOST_CELLS], one;
    int count = 0;
    for (int k = 0; k < SCENE_PACKED; ++k)
        levels[2 * k] = (int16_t)(2 * (numbers[k] & 15) - 15), levels[2 * k + 1] = (int16_t)(2 * (numbers[k] >> 4) - 15);
    for (int half = 0; half < 2; ++half) nearest_of_half(backend, halves + half, levels + half * SCENE_HALF, most, best[half]);
    for (int i = 0; i < most; ++i) {
        for (int j = 0; (i + 1) * (j + 1) <= most; ++j) {
            one.far = best[0][i].far + best[1][j].far, one.pair = (uint32_t)best[0][i].cell * SCENE_CELLS + best[1][j].cell;
            if (count == most && one.far >= pairs[most - 1].far) continue;
            int at = count < most ? count++ : most - 1;
            for (; at > 0 && pairs[at - 1].far > one.far; --at) pairs[at] = pairs[at - 1];
            pairs[at] = one;
        }
    }
    for (int k = 0; k < most; ++k) found[k] = pairs[k].pair;
}
