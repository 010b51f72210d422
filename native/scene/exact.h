/* Sines, powers of two and logarithms that every machine computes alike: + - * / in one order, from a few constants. */
#ifndef HAVRE_SCENE_EXACT_H
#define HAVRE_SCENE_EXACT_H

#include "scene.h"

typedef struct {
    double cosine[SCENE_TURN], sine[SCENE_TURN]; /* of each step of a turn */
    double power[512];                           /* 2 to (k - 256) steps of an octave */
} scene_tables;

/* cos and sin of one step, and 2^(1/SCENE_OCTAVE), each to the last bit of a double. */
#define SCENE_STEP_COSINE 0.99969881869620425
#define SCENE_STEP_SINE 0.024541228522912288
#define SCENE_STEP_POWER 1.0442737824274138

static inline void scene_make_tables(scene_tables *t) {
    double c = 1, s = 0;
    for (int k = 0; k < SCENE_TURN / 4; ++k) {
        int half = SCENE_TURN / 2, quarter = SCENE_TURN / 4;
        t->cosine[k] = c, t->sine[k] = s;
        t->cosine[k + quarter] = -s, t->sine[k + quarter] = c;
        t->cosine[k + half] = -c, t->sine[k + half] = -s;
        t->cosine[k + half + quarter] = s, t->sine[k + half + quarter] = -c;
        double next = c * SCENE_STEP_COSINE - s * SCENE_STEP_SINE;
        s = s * SCENE_STEP_COSINE + c * SCENE_STEP_SINE, c = next;
    }
    double step = 1;
    for (int k = 0; k < SCENE_OCTAVE; ++k) {
        double value = step;
        for (int at = 256 + k; at < 512; at += SCENE_OCTAVE) t->power[at] = value, value *= 2;
        value = step / 2;
        for (int at = 256 + k - SCENE_OCTAVE; at >= 0; at -= SCENE_OCTAVE) t->power[at] = value, value /= 2;
        step *= SCENE_STEP_POWER;
    }
}

/* Natural logarithm of x > 0. */
static inline double scene_logarithm(double x) {
    const double ln2 = 0.69314718055994531, root = 1.4142135623730951;
    int halvings = 0;
    while (x > root) x /= 2, ++halvings;
    while (x < root / 2) x *= 2, --halvings;
    double s = (x - 1) / (x + 1), square = s * s, sum = 0;
    for (int k = 27; k >= 1; k -= 2) sum = sum * square + 1.0 / k;
    return halvings * ln2 + 2 * s * sum;
}

#endif
