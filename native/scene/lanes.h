/* The loop that takes the time of a comparison, in plain C over whole numbers: each backend compiles it for its own
 * vectors, and whole numbers come out the same whichever way they are summed up. Included with NAME(x)
 * defined, VECTOR, the bytes of a vector, and DOT(one, other): the sum of the products of the two bytes, each from 0 to 15,
 * in every lane. */
#include <string.h>

#include "scene.h"

typedef int16_t lanes __attribute__((vector_size(VECTOR)));

enum {
    WIDTH = VECTOR / 2,  /* known features in a vector */
    SIDE_BY_SIDE = 4,    /* features asked at once, so that each vector is loaded for all of them */
};

/* Two nearest of a row of distances; `first` is the number of the row's first feature. */
static inline void NAME(keep_nearest)(const int16_t *far, int count, int first, uint16_t *found, uint16_t *apart) {
    for (int k = 0; k < count; ++k) {
        uint16_t d = (uint16_t)far[k];
        if (d >= apart[1]) continue;
        if (d < apart[0]) {
            apart[1] = apart[0], found[1] = found[0];
            apart[0] = d, found[0] = (uint16_t)(first + k);
        } else {
            apart[1] = d, found[1] = (uint16_t)(first + k);
        }
    }
}

static inline lanes NAME(load)(const void *at) {
    lanes v;
    memcpy(&v, at, sizeof v);
    return v;
}

static inline lanes NAME(dot)(lanes one, lanes other) { return (lanes)DOT(one, other); }

static inline int NAME(any)(lanes mask) {
    uint64_t words[sizeof mask / 8], all = 0;
    memcpy(words, &mask, sizeof words);
    for (size_t k = 0; k < sizeof words / 8; ++k) all |= words[k];
    return all != 0;
}

/* A vector of known features against one asked feature whose distances to them are known. */
static inline void NAME(take)(lanes far, int number, int from, int count, uint16_t *found, uint16_t *apart, uint16_t *back,
                              uint16_t *back_apart) {
    if (NAME(any)(far < (int16_t)apart[1])) {
        int16_t each[WIDTH];
        memcpy(each, &far, sizeof each);
        NAME(keep_nearest)(each, count - from < WIDTH ? count - from : WIDTH, from, found, apart);
    }
    lanes best = NAME(load)(back_apart + from), who = NAME(load)(back + from), nearer = far < best;
    best = (far & nearer) | (best & ~nearer), who = ((int16_t)number & nearer) | (who & ~nearer);
    memcpy(back_apart + from, &best, sizeof best), memcpy(back + from, &who, sizeof who);
}

static void NAME(nearest)(const scene_feature *asked, int asked_count, const int16_t *blocks, int known_count,
                          uint16_t (*found)[2], uint16_t (*apart)[2], uint16_t *back, uint16_t *back_apart) {
    int padded = (known_count + SCENE_LANES - 1) / SCENE_LANES * SCENE_LANES;
    for (int j = 0; j < padded; ++j) back[j] = SCENE_NONE, back_apart[j] = SCENE_FARTHEST;
    for (int i = 0; i < asked_count; i += SIDE_BY_SIDE) {
        int together = asked_count - i < SIDE_BY_SIDE ? asked_count - i : SIDE_BY_SIDE;
        int16_t numbers[SCENE_PACKED][SIDE_BY_SIDE] = {{0}}, squares[SIDE_BY_SIDE] = {0};
        for (int a = 0; a < together; ++a) {
            for (int k = 0; k < SCENE_PACKED; ++k) {
                int16_t low = asked[i + a].numbers[k] & 15, high = asked[i + a].numbers[k] >> 4;
                numbers[k][a] = (int16_t)(low | high << 8);
                squares[a] = (int16_t)(squares[a] + low * low + high * high);
            }
            found[i + a][0] = found[i + a][1] = SCENE_NONE, apart[i + a][0] = apart[i + a][1] = SCENE_FARTHEST;
        }
        for (int from = 0; from < known_count; from += WIDTH) {
            const int16_t *block = blocks + (size_t)(from - from % SCENE_LANES) * SCENE_PACKED + from % SCENE_LANES;
            /* |a - b|^2 = |a|^2 + |b|^2 - 2 a.b, each below 2^15. */
            lanes product[SIDE_BY_SIDE] = {{0}}, square = {0};
            for (int k = 0; k < SCENE_PACKED; ++k) {
                lanes known = NAME(load)(block + (size_t)k * SCENE_LANES);
                square += NAME(dot)(known, known);
                for (int a = 0; a < SIDE_BY_SIDE; ++a) product[a] += NAME(dot)(known, (lanes){0} + numbers[k][a]);
            }
            for (int a = 0; a < together; ++a) {
                lanes far = square + squares[a] - 2 * product[a];
                NAME(take)(far, i + a, from, known_count, found[i + a], apart[i + a], back, back_apart);
            }
        }
    }
}
