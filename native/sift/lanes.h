/* The operations of serial.c side by side. Included by avx2.c and avx512.c, which say what a vector is.
 *
 * Whole numbers give the same sums in any order. Floats are made one by one with the operations of serial.c in its
 * order; where it sums up, the order there is already that of 8 lanes. */
#include "exact.h"

/* ---- the filter ---- */

/* Down the columns: SIFT_BLOCK rows at once, two rows of input interleaved. */
TARGET static void NAME(down)(const sift_filter_t *f, const int16_t *const *rows, int width, int16_t *const *to) {
    const ints half = SET32(1 << 14);
    for (int x = 0; x < width; x += PIXELS) {
        ints low[SIFT_BLOCK], high[SIFT_BLOCK];
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) low[j] = high[j] = half;
        for (int q = 0; q < f->radius + 2; ++q) {
            ints one = LOAD(rows[2 * q] + x), other = LOAD(rows[2 * q + 1] + x);
            ints a = LOW16(one, other), b = HIGH16(one, other);
            UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) {
                ints weights = SET32((int)(j % 2 ? f->odd : f->even)[q + 1 - j / 2]);
                low[j] = DOT(low[j], a, weights);
                high[j] = DOT(high[j], b, weights);
            }
        }
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j)
            STORE(to[j] + x, PACK16(RIGHT32(low[j], 15), RIGHT32(high[j], 15)));
    }
}

/* Down the columns of a stuffed picture: every second row is empty, and so is every second pixel of the result. */
TARGET static void NAME(down_stuffed)(const sift_filter_t *f, const int16_t *const *rows, int width,
                                      int16_t *const *to) {
    const ints half = SET32(1 << 14);
    int32_t weights[2 * SIFT_MAX_RADIUS + 2 * SIFT_BLOCK] = {0};
    for (int k = 0; k <= 2 * f->radius; ++k) weights[SIFT_BLOCK - 1 + k] = f->weights[k];
    for (int x = 0; x < width; x += PIXELS) {
        ints sum[SIFT_BLOCK];
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) sum[j] = half;
        for (int k = f->radius % 2; k < 2 * f->radius + SIFT_BLOCK; k += 2) {
            ints pixels = WIDEN(rows[k] + x / 2);
            UNROLL for (int j = 0; j < SIFT_BLOCK; ++j)
                sum[j] = DOT(sum[j], pixels, SET32(weights[SIFT_BLOCK - 1 + k - j]));
        }
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) STORE(to[j] + x, RIGHT32(sum[j], 15));
    }
}

/* Along SIFT_BLOCK rows, each pair of inputs counted for two outputs. */
TARGET static void NAME(along)(const sift_filter_t *f, int16_t *const *rows, int width, int16_t *const *out) {
    const ints half = SET32(1 << 14);
    for (int x = 0; x < width; x += AT_ONCE * PIXELS) {
        ints even[AT_ONCE * SIFT_BLOCK], odd[AT_ONCE * SIFT_BLOCK];
        UNROLL for (int j = 0; j < AT_ONCE * SIFT_BLOCK; ++j) even[j] = odd[j] = half;
        for (int q = 0; q <= f->radius; ++q) {
            ints to_even = SET32((int)f->even[q + 1]), to_odd = SET32((int)f->odd[q + 1]);
            UNROLL for (int j = 0; j < AT_ONCE * SIFT_BLOCK; ++j) {
                ints pixels = LOADU(rows[j % SIFT_BLOCK] + x + j / SIFT_BLOCK * PIXELS - f->radius + 2 * q);
                even[j] = DOT(even[j], pixels, to_even);
                odd[j] = DOT(odd[j], pixels, to_odd);
            }
        }
        UNROLL for (int j = 0; j < AT_ONCE * SIFT_BLOCK; ++j)
            STORE(out[j % SIFT_BLOCK] + x + j / SIFT_BLOCK * PIXELS,
                  OR(RIGHT32(even[j], 15), AND(LEFT32(odd[j], 1), SET32((int)0xffff0000))));
    }
}

TARGET void NAME(blur)(const sift_filter_t *f, const int16_t *const *rows, int width, int stuffed, int16_t *const *out,
                       int16_t *line) {
    int16_t *middle[SIFT_BLOCK];
    int pitch = (width + 63) / 64 * 64 + 2 * SIFT_MAX_RADIUS + 32;
    for (int j = 0; j < SIFT_BLOCK; ++j) middle[j] = line + j * pitch + SIFT_MAX_RADIUS;
    if (stuffed)
        NAME(down_stuffed)(f, rows, width, middle);
    else
        NAME(down)(f, rows, width, middle);
    for (int j = 0; j < SIFT_BLOCK; ++j) sift_mirror_ends(middle[j], width, f->radius);
    NAME(along)(f, middle, width, out);
}

TARGET void NAME(halve)(const int16_t *from, int width, int16_t *to) {
    for (int x = 0; x < width; x += LANES) NAME(keep_even)(LOAD(from + 2 * x), to + x);
}

/* ---- the search ---- */

/* For each pixel the largest and the smallest of the differences above, at and below it in three scales, and of `least`
 * and its negative; SIFT_BLOCK rows of each s one after the other. */
TARGET static inline __attribute__((always_inline)) void NAME(columns)(
    const int16_t *const (*rows)[SIFT_BLOCK + 2], int layers, int from, int to, int least, ptrdiff_t pitch,
    int16_t *highest, int16_t *lowest) {
    const ints most = SET16((int16_t)least), fewest = SET16((int16_t)-least);
    for (int x = from / PIXELS * PIXELS; x < to; x += PIXELS) {
        ints low[SIFT_MAX_LAYERS + 2][SIFT_BLOCK], high[SIFT_MAX_LAYERS + 2][SIFT_BLOCK], below[SIFT_BLOCK + 2];
        UNROLL for (int r = 0; r < SIFT_BLOCK + 2; ++r) below[r] = LOAD(rows[0][r] + x);
        UNROLL for (int d = 0; d < layers + 2; ++d) {
            ints apart[SIFT_BLOCK + 2];
            UNROLL for (int r = 0; r < SIFT_BLOCK + 2; ++r) {
                ints above = LOAD(rows[d + 1][r] + x);
                apart[r] = SUB16(above, below[r]);
                below[r] = above;
            }
            UNROLL for (int j = 0; j < SIFT_BLOCK; j += 2) {
                ints larger = MAX16(apart[j + 1], apart[j + 2]), smaller = MIN16(apart[j + 1], apart[j + 2]);
                high[d][j] = MAX16(larger, apart[j]), high[d][j + 1] = MAX16(larger, apart[j + 3]);
                low[d][j] = MIN16(smaller, apart[j]), low[d][j + 1] = MIN16(smaller, apart[j + 3]);
            }
            if (d < 2) continue;
            UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) {
                ptrdiff_t at = ((d - 2) * SIFT_BLOCK + j) * pitch + x;
                STORE(highest + at, MAX16(MAX16(high[d - 2][j], high[d - 1][j]), MAX16(high[d][j], most)));
                STORE(lowest + at, MIN16(MIN16(low[d - 2][j], low[d - 1][j]), MIN16(low[d][j], fewest)));
            }
        }
    }
}

/* Where the difference of two rows is outermost among what `columns` found at each pixel and beside it. */
TARGET static int __attribute__((noinline)) NAME(extrema_of_row)(
    const int16_t *low, const int16_t *high, const int16_t *lowest, const int16_t *highest, int from, int to,
    uint32_t tag, uint32_t *found) {
    int count = 0;
    for (int x = from / PIXELS * PIXELS; x < to; x += PIXELS) {
        ints most = MAX16(MAX16(LOADU(highest + x - 1), LOAD(highest + x)), LOADU(highest + x + 1));
        ints fewest = MIN16(MIN16(LOADU(lowest + x - 1), LOAD(lowest + x)), LOADU(lowest + x + 1));
        uint32_t bits = NAME(outermost)(SUB16(LOAD(high + x), LOAD(low + x)), most, fewest);
        for (; bits; bits &= bits - 1) {
            int at = x + __builtin_ctz(bits) / BITS;
            if (at >= from && at < to) found[count++] = tag | (uint32_t)at;
        }
    }
    return count;
}

TARGET int NAME(extrema)(const int16_t *const (*rows)[SIFT_BLOCK + 2], int layers, int height, int from, int to,
                         int least, uint32_t *found, int16_t *line) {
    ptrdiff_t pitch = (to + 2 * PIXELS + 31) / 32 * 32;
    int16_t *highest = line + PIXELS, *lowest = highest + SIFT_BLOCK * layers * pitch;
    int count = 0;
    if (layers == 3)
        NAME(columns)(rows, 3, from - 1, to + 1, least, pitch, highest, lowest);
    else
        NAME(columns)(rows, layers, from - 1, to + 1, least, pitch, highest, lowest);
    for (int s = 1; s <= layers; ++s) {
        for (int j = 0; j < height; ++j) {
            ptrdiff_t at = ((s - 1) * SIFT_BLOCK + j) * pitch;
            count += NAME(extrema_of_row)(rows[s][j + 1], rows[s + 1][j + 1], lowest + at, highest + at, from, to,
                                          (uint32_t)j << 28 | (uint32_t)s << 24, found + count);
        }
    }
    return count;
}

/* ---- the square around a point ---- */

TARGET static inline floats NAME(between)(floats one, floats other, floats share) {
    return FADD(one, FMUL(share, FSUB(other, one)));
}

/* Two pixels next to each other lie in one int32. */
TARGET static inline floats NAME(pair_between)(ints pair, floats share) {
    return NAME(between)(TO_FLOAT(AND(pair, SET32(0xffff))), TO_FLOAT(RIGHT32(pair, 16)), share);
}

TARGET void NAME(sample)(const sift_layer_t *layer, const sift_grid_t *grid, float x, float y, float across, float down,
                         float *samples, float *inside) {
    const ints last_x = SET32(layer->width - 1), last_y = SET32(layer->height - 1);
    const floats zero = FSET(0), most_x = TO_FLOAT(last_x), most_y = TO_FLOAT(last_y);
    for (int i = 0; i < grid->count; i += LANES) {
        floats u = FLOAD(grid->u + i), v = FLOAD(grid->v + i);
        floats at_x = FADD(FSUB(FSET(x), FMUL(v, FSET(down))), FMUL(u, FSET(across)));
        floats at_y = FADD(FADD(FSET(y), FMUL(v, FSET(across))), FMUL(u, FSET(down)));
        floats in_x = FMIN(FMAX(at_x, zero), most_x), in_y = FMIN(FMAX(at_y, zero), most_y);
        ints left = STEP_BACK(TO_INT(in_x), last_x), top = STEP_BACK(TO_INT(in_y), last_y);
        floats share_x = FSUB(in_x, TO_FLOAT(left)), share_y = FSUB(in_y, TO_FLOAT(top));
        ints at = ADD32(MUL32(top, SET32((int)layer->stride)), left);
        floats one = NAME(pair_between)(GATHER(layer->pixels, at), share_x);
        floats other = NAME(pair_between)(GATHER(layer->pixels + layer->stride, at), share_x);
        FSTORE(samples + i, NAME(between)(one, other, share_y));
        if (inside) FSTORE(inside + i, ONE_IF_SAME(in_x, at_x, in_y, at_y));
    }
}

TARGET static inline floats NAME(eighths)(floats x, floats y) {
    floats ax = FABS(x), ay = FABS(y), most = FMAX(ax, ay), least = FMIN(ax, ay), zero = FSET(0);
    floats t = FDIV(least, FMAX(most, FSET(SIFT_TINY))), s = FMUL(t, t), a = FSET(SIFT_ATAN_5);
    a = FADD(FMUL(a, s), FSET(SIFT_ATAN_4));
    a = FADD(FMUL(a, s), FSET(SIFT_ATAN_3));
    a = FADD(FMUL(a, s), FSET(SIFT_ATAN_2));
    a = FADD(FMUL(a, s), FSET(SIFT_ATAN_1));
    a = FMUL(t, FADD(FMUL(a, s), FSET(SIFT_ATAN_0)));
    a = IF_MORE(ay, ax, FSUB(FSET(2), a), a);
    a = IF_MORE(zero, x, FSUB(FSET(4), a), a);
    return IF_MORE(zero, y, FSUB(FSET(8), a), a);
}

TARGET void NAME(polar)(const float *samples, int side, float *length, float *direction) {
    for (int i = side; i < side * (side - 1); i += LANES) {
        floats x = FSUB(FLOAD(samples + i + 1), FLOAD(samples + i - 1));
        floats y = FSUB(FLOAD(samples + i - side), FLOAD(samples + i + side));
        FSTORE(length + i, FROOT(FADD(FMUL(x, x), FMUL(y, y))));
        FSTORE(direction + i, NAME(eighths)(x, y));
    }
}
