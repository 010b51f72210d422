/* The operations of serial.c side by side. Included by avx2.c and avx512.c, which say what a vector is.
 *
 * Whole numbers give the same sums in any order. Floats are made one by one with the operations of serial.c in its
 * order; where it sums up, the order there is already that of 8 lanes. */
#include "exact.h"

static inline int NAME(pair)(const int16_t *weights) {
    return (int)((uint32_t)(uint16_t)weights[0] | (uint32_t)(uint16_t)weights[1] << 16);
}

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
                ints weights = SET32(NAME(pair)(j % 2 ? f->odd[q + 1 - j / 2] : f->even[q + 1 - j / 2]));
                low[j] = DOT(low[j], a, weights);
                high[j] = DOT(high[j], b, weights);
            }
        }
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j)
            STORE(to[j] + x, PACK16(RIGHT32(low[j], 15), RIGHT32(high[j], 15)));
    }
}

/* Down the columns of a stuffed picture: every second row is empty, and so is every second pixel of the result. */
TARGET static void NAME(down_stuffed)(const sift_filter_t *f, const int16_t *const *rows, int width, int16_t *const *to) {
    const ints half = SET32(1 << 14);
    for (int x = 0; x < width; x += PIXELS) {
        ints sum[SIFT_BLOCK];
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) sum[j] = half;
        for (int k = f->radius % 2; k < 2 * f->radius + SIFT_BLOCK; k += 2) {
            ints pixels = WIDEN(rows[k] + x / 2);
            UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) {
                int weight = k < j || k - j > 2 * f->radius ? 0 : f->weights[k - j];
                sum[j] = DOT(sum[j], pixels, SET32(weight));
            }
        }
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) STORE(to[j] + x, RIGHT32(sum[j], 15));
    }
}

/* Along SIFT_BLOCK rows, each pair of inputs counted for two outputs. */
TARGET static void NAME(along)(const sift_filter_t *f, int16_t *const *rows, int width, int16_t *const *out) {
    const ints half = SET32(1 << 14);
    for (int x = 0; x < width; x += PIXELS) {
        ints even[SIFT_BLOCK], odd[SIFT_BLOCK];
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) even[j] = odd[j] = half;
        for (int q = 0; q <= f->radius; ++q) {
            ints to_even = SET32(NAME(pair)(f->even[q + 1])), to_odd = SET32(NAME(pair)(f->odd[q + 1]));
            UNROLL for (int j = 0; j < SIFT_BLOCK; ++j) {
                ints pixels = LOADU(rows[j] + x - f->radius + 2 * q);
                even[j] = DOT(even[j], pixels, to_even);
                odd[j] = DOT(odd[j], pixels, to_odd);
            }
        }
        UNROLL for (int j = 0; j < SIFT_BLOCK; ++j)
            STORE(out[j] + x, OR(RIGHT32(even[j], 15), AND(LEFT32(odd[j], 1), SET32((int)0xffff0000))));
    }
}

TARGET void NAME(blur)(const sift_filter_t *f, const int16_t *const *rows, int width, int stuffed, int16_t *const *out,
                       int16_t *line) {
    int16_t *middle[SIFT_BLOCK];
    int pitch = (width + 2 * SIFT_MAX_RADIUS + 31) / 32 * 32 + 32;
    for (int j = 0; j < SIFT_BLOCK; ++j) middle[j] = line + j * pitch + SIFT_MAX_RADIUS;
    if (stuffed)
        NAME(down_stuffed)(f, rows, width, middle);
    else
        NAME(down)(f, rows, width, middle);
    for (int j = 0; j < SIFT_BLOCK; ++j) {
        for (int k = 1; k <= f->radius; ++k) {
            middle[j][-k] = middle[j][sift_mirrored(-k, width)];
            middle[j][width - 1 + k] = middle[j][sift_mirrored(width - 1 + k, width)];
        }
    }
    NAME(along)(f, middle, width, out);
}

/* ---- the search ---- */

TARGET int NAME(extrema)(const int16_t *const (*rows)[3], int layers, int from, int to, int least, uint32_t *found,
                         int16_t *line) {
    int pitch = (to + 2 * PIXELS + 31) / 32 * 32, count = 0;
    int16_t *highest = line, *lowest = line + SIFT_MAX_LAYERS * pitch;
    for (int x = (from - 1) / PIXELS * PIXELS; x < to + 1; x += PIXELS) {
        ints high[SIFT_MAX_LAYERS + 2], low[SIFT_MAX_LAYERS + 2];
        for (int d = 0; d < layers + 2; ++d) {
            ints a = SUB16(LOAD(rows[d + 1][0] + x), LOAD(rows[d][0] + x));
            ints b = SUB16(LOAD(rows[d + 1][1] + x), LOAD(rows[d][1] + x));
            ints c = SUB16(LOAD(rows[d + 1][2] + x), LOAD(rows[d][2] + x));
            high[d] = MAX16(MAX16(a, b), c);
            low[d] = MIN16(MIN16(a, b), c);
        }
        for (int s = 1; s <= layers; ++s) {
            STORE(highest + (s - 1) * pitch + x, MAX16(MAX16(high[s - 1], high[s]), high[s + 1]));
            STORE(lowest + (s - 1) * pitch + x, MIN16(MIN16(low[s - 1], low[s]), low[s + 1]));
        }
    }
    for (int s = 1; s <= layers; ++s) {
        const int16_t *above = highest + (s - 1) * pitch, *below = lowest + (s - 1) * pitch;
        for (int x = from; x < to; x += PIXELS) {
            ints most = MAX16(MAX16(LOADU(above + x - 1), LOADU(above + x)), LOADU(above + x + 1));
            ints fewest = MIN16(MIN16(LOADU(below + x - 1), LOADU(below + x)), LOADU(below + x + 1));
            ints value = SUB16(LOADU(rows[s + 1][1] + x), LOADU(rows[s][1] + x));
            uint32_t bits = NAME(outermost)(value, most, fewest, SET16((int16_t)least));
            if (to - x < PIXELS) bits &= (1u << (to - x)) - 1;
            for (; bits; bits &= bits - 1) found[count++] = (uint32_t)s << 24 | (uint32_t)(x + __builtin_ctz(bits));
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
